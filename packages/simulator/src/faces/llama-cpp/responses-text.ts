import type { UsageCounts } from '../../api/event-text.ts';

type Json = Readonly<Record<string, unknown>>;

export const responseId = (id: string): string => `resp_${id}`;

/** The one message of an answer. */
export const itemId = (id: string): string => `msg_${id}`;

export const outputPart = (text: string): Json => ({ type: 'output_text', annotations: [], logprobs: [], text });

export const responsesUsage = ({ promptTokens, completionTokens, cachedTokens }: UsageCounts): Json => ({
  input_tokens: promptTokens,
  output_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
});

/** A whole answer, in the order of the source of llama.cpp: no capture holds one. */
export function responsesObject(
  answer: { readonly id: string; readonly createdSeconds: number; readonly model: string; readonly text: string },
  usage: UsageCounts,
): Json {
  const { id, createdSeconds, model, text } = answer;
  const item = { content: [outputPart(text)], id: itemId(id), role: 'assistant', status: 'completed', type: 'message' };
  return {
    completed_at: createdSeconds,
    created_at: createdSeconds,
    id: responseId(id),
    model,
    object: 'response',
    output: [item],
    status: 'completed',
    usage: responsesUsage(usage),
  };
}
