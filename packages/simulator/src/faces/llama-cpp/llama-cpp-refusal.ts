import type { Refusal } from '../../api/refusal.ts';

/** An error that a route answers: code, message, type, in this order. */
export function refuse(
  status: number,
  type: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { status, body: JSON.stringify({ error: { code: status, message, type, ...more } }) };
}

/** An error that the server answers before a route is asked: message, type, code. */
const refuseEarly = (status: number, type: string, message: string): Refusal => ({
  status,
  body: JSON.stringify({ error: { message, type, code: status } }),
});

export const NOT_FOUND: Refusal = refuseEarly(404, 'not_found_error', 'File Not Found');
export const WRONG_KEY: Refusal = refuseEarly(401, 'authentication_error', 'Invalid API Key');
export const NO_EMBEDDINGS: Refusal = refuse(
  501,
  'not_supported_error',
  'This server does not support embeddings. Start it with `--embeddings`',
);

/** A real server queues without limit; a limited queue of the simulator answers as one that is not ready. */
export const QUEUE_FULL: Refusal = refuse(503, 'unavailable_error', 'The request queue is full.');

export const invalid = (message: string): Refusal => refuse(400, 'invalid_request_error', message);

/** The answer of a planned HTTP error. */
export const faultRefusal = (status: number): Refusal =>
  refuse(status, status >= 500 ? 'server_error' : 'invalid_request_error', `Planned fault: HTTP ${status}.`);
