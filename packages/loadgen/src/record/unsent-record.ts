import type { RequestRecord } from '@assay/contracts';
import { type FinishedRequest, toRequestRecord } from './request-record.ts';

/** The record of a request that did not leave the client, or of which nobody knows any more. */
export function unsentRecord(
  request: Pick<FinishedRequest, 'planned' | 'originMs' | 'dueAtMs' | 'verdict'>,
): RequestRecord {
  return toRequestRecord({
    ...request,
    sentAtMs: undefined,
    connectMs: undefined,
    headersAtMs: undefined,
    httpStatus: undefined,
    endAtMs: undefined,
    decoded: undefined,
  });
}
