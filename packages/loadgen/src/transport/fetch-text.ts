import type { IncomingMessage } from 'node:http';
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
const MAX_CONNECTIONS = 8;

/**
 * Creates the fetcher for preflight, tokenizer and metrics. Redirects are handed over, not followed: the load would not
 * follow them either. Rejects with the error of `node:http` when there is no complete answer within the request's
 * `timeoutMs`; an HTTP status never rejects.
 */
export function createTextFetcher(target: TransportTarget): TextFetcher {
  // An import of these modules reads each of their exports, and with them a whole HTTP client that nobody uses: 15 MB and 0.1 s.
  const { Agent, request: open } =
    target.origin.protocol === 'https:' ? process.getBuiltinModule('https') : process.getBuiltinModule('http');
  // Each request has a connection of its own: none is lost to a server that closes an idle one.
  const agent = new Agent({ maxSockets: MAX_CONNECTIONS });
  return {
    fetchText: ({ method, path, headers, body, timeoutMs }) =>
      new Promise((resolve, reject) => {
        const asked = open({
          ...addressOf(target.origin),
          ...tlsOptionsOf(target),
          agent,
          method,
          path,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
        });
        const giveUp = (code: string, message: string): void => {
          asked.destroy(Object.assign(new Error(message), { code }));
        };
        const total = setTimeout(
          () => giveUp('TIMEOUT', `no complete answer before the timeout of ${timeoutMs} ms`),
          timeoutMs,
        );
        const connecting = setTimeout(
          () => giveUp('CONNECT_TIMEOUT', `no connection before the timeout of ${target.connectTimeoutMs} ms`),
          target.connectTimeoutMs,
        );
        const settle = (): void => {
          clearTimeout(total);
          clearTimeout(connecting);
        };
        asked.once('socket', (socket) => {
          if (socket.connecting) socket.once('connect', () => clearTimeout(connecting));
          else clearTimeout(connecting);
        });
        const fail = (error: Error): void => {
          settle();
          reject(error);
        };
        asked.on('error', fail);
        asked.once('response', (response) => {
          readText(response).then((text) => {
            settle();
            resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: text });
          }, fail);
        });
        asked.end(body);
      }),
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** `createTextFetcher` for callers that live as long as the process. */
export function createFetchText(target: TransportTarget): FetchText {
  return createTextFetcher(target).fetchText;
}

function addressOf({ protocol, hostname, port }: URL): {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
} {
  return { protocol, host: hostname.replace(/^\[|\]$/g, ''), port };
}

async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function headersOf({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
