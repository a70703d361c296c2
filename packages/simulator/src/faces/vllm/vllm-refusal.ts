import { type Refusal, refuse } from '../../api/refusal.ts';

/** The answer of a server whose queue is full. */
export const QUEUE_FULL: Refusal = refuse(
  429,
  'TooManyRequestsError',
  'The request queue is full. Please retry later.',
  null,
);

/** The answer of a planned HTTP error, and its further header lines. */
export function faultRefusal(status: number): Refusal & { readonly extra: string } {
  const type = status >= 500 ? 'InternalServerError' : 'BadRequestError';
  const isTemporary = status === 429 || status === 503;
  return { ...refuse(status, type, `Planned fault: HTTP ${status}.`, null), extra: isTemporary ? RETRY_AFTER : '' };
}

export const RETRY_AFTER = 'retry-after: 1\r\n';
