import type { UsageCounts } from '../../api/event-text.ts';

type Json = Readonly<Record<string, unknown>>;

/** Tokens from the cache are no input tokens here. */
export const messagesUsage = ({ promptTokens, completionTokens, cachedTokens }: UsageCounts): Json => ({
  cache_read_input_tokens: cachedTokens,
  input_tokens: promptTokens - cachedTokens,
  output_tokens: completionTokens,
});

/** What is no natural end is a limit: there is no third word. */
export const stopReasonOf = (finishReason: string | null): string =>
  finishReason === 'stop' ? 'end_turn' : 'max_tokens';

/** A whole answer, in the order of the source of llama.cpp: no capture holds one. */
export function messageObject(
  answer: { readonly id: string; readonly model: string; readonly text: string; readonly reason: string | null },
  usage: UsageCounts,
): Json {
  return {
    id: `chatcmpl-${answer.id}`,
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: answer.text }],
    model: answer.model,
    stop_reason: stopReasonOf(answer.reason),
    stop_sequence: null,
    usage: messagesUsage(usage),
  };
}
