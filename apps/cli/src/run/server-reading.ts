import type { Backend, FetchText, ServerCounters } from '@assay/loadgen';
import type { Endpoint } from './endpoint.ts';
import { metricsPathOf } from './endpoint-fetch.ts';

/** What a server publishes of its work at one moment; `undefined` where it says nothing. */
export interface ServerReading {
  readonly counters: ServerCounters | undefined;
  /** The page of `/metrics` as it came. */
  readonly page: string | undefined;
}

export interface ReadInput {
  readonly endpoint: Endpoint;
  readonly backend: Backend;
  readonly fetchText: FetchText;
}

const TIMEOUT_MS = 5000;

/** Reads counters and page. Silence of the server is no error. */
export async function readServer({ backend, endpoint, fetchText }: ReadInput): Promise<ServerReading> {
  const counters = await quietly(async () => await backend.readCounters?.(fetchText));
  const answer = await quietly(() =>
    fetchText({
      method: 'GET',
      path: metricsPathOf(endpoint),
      headers: endpoint.headers,
      body: undefined,
      timeoutMs: TIMEOUT_MS,
    }),
  );
  return { counters, page: answer?.status === 200 ? answer.body : undefined };
}

/** The value of a question; `undefined` when the server does not answer it within five seconds, however many requests it takes. */
export async function quietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, undefined);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
