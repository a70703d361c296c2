import type { FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';

const encoder = new TextEncoder();
const TIMEOUT_MS = 30_000;

/** A question beside the load that is put as JSON, such as how many tokens a text has. */
export const postQuestion = (options: BackendOptions, path: string, body: unknown): Parameters<FetchText>[0] => ({
  method: 'POST',
  path: `${options.basePath}${path}`,
  headers: { 'content-type': 'application/json', ...options.headers },
  body: encoder.encode(JSON.stringify(body)),
  timeoutMs: TIMEOUT_MS,
});
