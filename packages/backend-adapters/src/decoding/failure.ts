import type { DecodedResponse } from '@assay/loadgen';
import { readRedirect } from './redirect.ts';

const ABORT_REASONS: ReadonlySet<string> = new Set(['abort', 'aborted', 'error', 'cancelled', 'canceled', 'timeout']);
const IDENTITY: ReadonlySet<string> = new Set(['', 'identity']);

/** How a response failed. */
export interface Failure {
  readonly outcome: DecodedResponse['outcome'];
  readonly code: string;
  readonly message: string | undefined;
}

/** The part of an answer's record that says how it ended. */
export const outcomeOf = (failure: Failure | undefined): Pick<DecodedResponse, 'outcome' | 'code' | 'message'> => ({
  outcome: failure?.outcome ?? 'ok',
  code: failure?.code,
  message: failure?.message,
});

export const protocolFailure = (code: string, message: string | undefined): Failure => ({
  outcome: 'protocol',
  code,
  message,
});

/** A response whose status is not 2xx; `body` is what came of it. */
export function httpFailure(
  { status, encoding }: { readonly status: number; readonly encoding: string | undefined },
  body: string,
  readMessage: (body: string) => string | undefined,
): Failure {
  const shown = body.trim() === '' ? undefined : body.trim().slice(0, 300);
  const message = readMessage(body) ?? (isForeignEncoding(encoding) ? encodedMessage(encoding) : shown);
  return { outcome: 'http', code: `HTTP_${status}`, message };
}

/** A redirect, which is not followed: what it points at answers something else than the interface. */
export function redirectFailure(status: number, location: string | undefined): Failure {
  const { place, isLogin } = readRedirect(location);
  const message = `redirects to ${place ?? 'no address'}${isLogin ? ', which looks like a login page' : ''}`;
  return { outcome: 'http', code: `HTTP_${status}`, message };
}

/** A body that the connection cut off. */
export function cutFailure(end: { readonly code: string; readonly message: string }): Failure {
  return end.code === 'SOCKET_RESET'
    ? { outcome: 'network', code: 'SOCKET_RESET', message: end.message }
    : protocolFailure('STREAM_TRUNCATED', end.message);
}

/** Whether an answer is compressed or otherwise encoded; none is asked for. */
export const isForeignEncoding = (encoding: string | undefined): encoding is string =>
  !IDENTITY.has(encoding?.trim().toLowerCase() ?? '');

const encodedMessage = (encoding: string): string =>
  `the answer is encoded (${encoding}) although no encoding was asked for`;

export const encodedFailure = (encoding: string): Failure =>
  protocolFailure('STREAM_MALFORMED', encodedMessage(encoding));

/** Finish reasons by which a server says that it broke the answer off: vLLM, SGLang and TGI the first three, TensorRT-LLM the others. */
export const isAbortReason = (reason: string | undefined): boolean => ABORT_REASONS.has(reason?.toLowerCase() ?? '');
