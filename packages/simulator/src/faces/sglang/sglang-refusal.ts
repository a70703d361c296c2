import type { Refusal } from '../../api/refusal.ts';

/** SGLang's error object, on every interface but the native one. */
const errorObject = (status: number, type: string, message: string): Readonly<Record<string, unknown>> => ({
  object: 'error',
  message,
  type,
  param: null,
  code: status,
});

export const refuse = (status: number, type: string, message: string): Refusal => ({
  status,
  body: JSON.stringify(errorObject(status, type, message)),
});

/** What the native interface says of values that it cannot use. */
export const refuseNative = (message: string): Refusal => ({
  status: 400,
  body: JSON.stringify({ error: { message } }),
});

/** The same as the data of an event: the status of a stream has left by then. */
export const nativeErrorData = (message: string): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', code: 400, retryable: false } });

/** An error inside a stream of OpenAI's interfaces. */
export const openAiErrorData = (status: number, type: string, message: string): string =>
  JSON.stringify({ error: errorObject(status, type, message) });

export const QUEUE_FULL = 'The request queue is full.';
export const UNAUTHORIZED: Refusal = { status: 401, body: '{"error":"Unauthorized"}' };

/** The answer of a planned HTTP error: its type is its number. */
export const faultRefusal = (status: number): Refusal =>
  refuse(status, String(status), `Planned fault: HTTP ${status}.`);
