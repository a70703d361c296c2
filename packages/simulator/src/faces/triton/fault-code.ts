import { expectedCodeOf, type Fault } from '../../fault-plan.ts';
import type { TritonRequest } from './triton-request.ts';

/**
 * The outcome code that a correct client reports for a fault; `null` for a good request. Where the protocol has no place for
 * a fault there is nothing to report: it has no terminator, a stream without events is legal, and finish reasons and counts are sent on demand.
 */
export function tritonFaultCode(fault: Fault | undefined, request: TritonRequest): string | null {
  switch (fault?.kind) {
    case 'no-done':
      return null;
    case 'empty':
    case 'empty-body':
      return request.isStreaming ? null : 'STREAM_EMPTY';
    case 'abort':
      return request.hasFinishReason ? 'SERVER_ABORTED' : null;
    default:
      return expectedCodeOf(fault, request.isStreaming, request.hasOutputCount);
  }
}
