import type { BackendOptions } from '../backend-options.ts';

/** Headers of a request with a JSON body: what its answer is to be, then those of the options. */
export const jsonHeaders = (options: BackendOptions): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  accept: options.isStreaming ? 'text/event-stream' : 'application/json',
  ...options.headers,
});
