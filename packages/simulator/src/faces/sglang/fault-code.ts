import { expectedCodeOf, type Fault } from '../../fault-plan.ts';
import type { SglangRequest } from './sglang-request.ts';

/** The outcome code that a correct client reports for a fault; errors of the engine are statuses where an answer is not streamed. */
export function sglangFaultCode(fault: Fault | undefined, request: SglangRequest): string | null {
  if (fault?.kind === 'error-event' && !request.isStreaming) return 'HTTP_500';
  return expectedCodeOf(fault, request.isStreaming, request.hasUsage);
}
