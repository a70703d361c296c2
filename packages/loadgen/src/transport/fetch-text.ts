import { Agent } from 'undici';
import type { FetchText } from '../backend/backend.ts';
import { tlsOptionsOf } from './tls-options.ts';
import type { TransportTarget } from './transport.ts';

/** A fetcher for everything off the hot path, with its own connections. */
export interface TextFetcher {
  readonly fetchText: FetchText;
  close(): Promise<void>;
}

/** Answers larger than this are refused: a preflight must not fill the memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Creates the fetcher for preflight, tokenizer and metrics. Redirects are handed over, not followed: the load would not
 * follow them either. Rejects with the error of undici when there is no complete answer within the request's
 * `timeoutMs`; an HTTP status never rejects.
 */
export function createTextFetcher(target: TransportTarget): TextFetcher {
  const agent = new Agent({
    connections: 8,
    pipelining: 1,
    maxResponseSize: MAX_BODY_BYTES,
    allowH2: false,
    connect: {
      timeout: target.connectTimeoutMs,
      ...tlsOptionsOf(target),
    },
  });
  return {
    fetchText: async ({ method, path, headers, body, timeoutMs }) => {
      const response = await agent.request({
        origin: target.origin.origin,
        method,
        path,
        headers: { ...headers },
        body: body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const map = new Map<string, string>();
      for (const [name, value] of Object.entries(response.headers)) {
        if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
      }
      return { status: response.statusCode, headers: map, body: await response.body.text() };
    },
    close: () => agent.destroy(),
  };
}

/** `createTextFetcher` for callers that live as long as the process. */
export function createFetchText(target: TransportTarget): FetchText {
  return createTextFetcher(target).fetchText;
}
