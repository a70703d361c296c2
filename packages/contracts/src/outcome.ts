import type { OutcomeCode, RequestRecord } from './generated/documents.ts';

/** How a request ended. A failed request is data, never an exception. */
export type Outcome = RequestRecord['outcome'];

/** Outcome codes apart from `HTTP_<status>`; a test keeps the list equal to the schema's. */
export const OUTCOME_CODES: readonly Exclude<OutcomeCode, `HTTP_${number}`>[] = [
  'STREAM_ERROR_EVENT',
  'STREAM_TRUNCATED',
  'STREAM_STALLED',
  'STREAM_MALFORMED',
  'STREAM_EMPTY',
  'ERROR_BODY',
  'SERVER_ABORTED',
  'USAGE_MISMATCH',
  'CONNECT_REFUSED',
  'CONNECT_TIMEOUT',
  'CONNECT_FAILED',
  'TLS_FAILED',
  'HTTP_MALFORMED',
  'SOCKET_RESET',
  'TIMEOUT_FIRST_TOKEN',
  'TIMEOUT_TOTAL',
  'DROPPED_LATE',
  'DROPPED_LIMIT',
  'ABORTED',
];
