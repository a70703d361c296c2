import { type FinishedAnswer, jsonAscii, type UsageCounts } from '../../api/event-text.ts';

const STOP_REASONS: ReadonlyMap<string | null, string> = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
]);

/** Anthropic's name of the reason; null for an answer that was broken off. */
export const stopReasonOf = (finishReason: string | null): string | null => STOP_REASONS.get(finishReason) ?? null;

/** Usage at the end of an answer. */
export function messageUsage({ promptTokens, completionTokens, cachedTokens }: UsageCounts): object {
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
  };
}

/** The message of `message_start`, before anything is generated. */
export function startedMessage(id: string, model: string, promptTokens: number): object {
  return {
    id: `chatcmpl-${id}`,
    type: 'message',
    role: 'assistant',
    content: [],
    model,
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: promptTokens, output_tokens: 0 },
  };
}

/** A whole answer; vLLM leaves out what is null. */
export function messageBody({ model }: { readonly model: string }, { id, choices, usage }: FinishedAnswer): string {
  const { text = '', finishReason = null } = choices[0] ?? {};
  const stopReason = stopReasonOf(finishReason);
  return jsonAscii({
    id: `chatcmpl-${id}`,
    type: 'message',
    role: 'assistant',
    content: text === '' ? [] : [{ type: 'text', text }],
    model,
    ...(stopReason === null ? {} : { stop_reason: stopReason }),
    usage: messageUsage(usage),
  });
}
