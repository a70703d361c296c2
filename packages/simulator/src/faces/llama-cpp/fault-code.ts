import { expectedCodeOf, type Fault } from '../../fault-plan.ts';
import type { LlamaCppRequest } from './llama-cpp-request.ts';

/**
 * The outcome code that a correct client reports for a fault; `null` for a good request. Only chat and completions have a word for an
 * aborted answer, and errors of the engine are statuses where an answer is not streamed.
 */
export function llamaCppFaultCode(fault: Fault | undefined, request: LlamaCppRequest): string | null {
  if (fault?.kind === 'abort' && request.api !== 'chat' && request.api !== 'completions') return null;
  if (fault?.kind === 'error-event' && !request.isStreaming) return 'HTTP_500';
  return expectedCodeOf(fault, request.isStreaming, request.hasUsage);
}
