import { type FinishedAnswer, jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import { type GeneratedToken, generatedToken, likeliestTokens } from '../../api/generated-token.ts';
import type { RepeatedFields, ResponsesRequest } from './responses-request.ts';

/** An answer of `/v1/responses` as far as it is the same from its start to its end. */
export interface ResponseFrame {
  /** Without its prefix. */
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: string;
  readonly maxTokens: number;
  readonly repeated: RepeatedFields;
}

/** Status of an answer; `cancelled`: the server broke it off. */
export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'cancelled';

/** The status that ends an answer. */
export function statusOf(finishReason: string | null): ResponseStatus {
  if (finishReason === 'length') return 'incomplete';
  return finishReason === 'abort' ? 'cancelled' : 'completed';
}

function usageFields({ promptTokens, completionTokens, cachedTokens }: UsageCounts): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: {
      cached_tokens: cachedTokens,
      cache_write_tokens: 0,
      input_tokens_per_turn: [],
      cached_tokens_per_turn: [],
    },
    output_tokens: completionTokens,
    output_tokens_details: {
      reasoning_tokens: 0,
      tool_output_tokens: 0,
      output_tokens_per_turn: [],
      tool_output_tokens_per_turn: [],
    },
    total_tokens: promptTokens + completionTokens,
  };
}

/** The response object in vLLM's shape, key for key; no usage before the end. */
export function responseObject(
  frame: ResponseFrame,
  status: ResponseStatus,
  output: readonly object[],
  end?: { readonly usage: UsageCounts; readonly times: object | undefined },
): object {
  const { id, createdSeconds, model, maxTokens, repeated } = frame;
  const { instructions, metadata, temperature, tool_choice, tools, top_p, max_tool_calls, ...rest } = repeated;
  return {
    id: `resp_${id}`,
    created_at: createdSeconds,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions,
    metadata,
    model,
    object: 'response',
    output,
    parallel_tool_calls: true,
    temperature,
    tool_choice,
    tools,
    top_p,
    background: false,
    max_output_tokens: maxTokens,
    max_tool_calls,
    previous_response_id: null,
    prompt: null,
    reasoning: rest.reasoning,
    service_tier: 'auto',
    status,
    text: rest.text,
    top_logprobs: rest.top_logprobs,
    truncation: rest.truncation,
    usage: end === undefined ? null : usageFields(end.usage),
    user: rest.user,
    ...(end?.times === undefined ? {} : { metrics: { ...end.times, speculative_decoding: null } }),
    presence_penalty: 0,
    frequency_penalty: 0,
    kv_transfer_params: null,
    ec_transfer_params: null,
    input_messages: null,
    output_messages: null,
  };
}

/** A part with text; `logprobs`: null where none were asked for. */
export function textPart(text: string, logprobs: readonly object[] | null): object {
  return { annotations: [], text, type: 'output_text', logprobs };
}

/** The only item of an output: the message of the assistant. */
export function messageItem(id: string, status: 'in_progress' | 'completed', content: readonly object[]): object {
  return { id: `msg_${id}`, content, role: 'assistant', status, type: 'message', phase: null };
}

/** Log-probabilities of the tokens `[from, to)` of an answer, `top` alternatives each; those of events have no bytes. */
export function responseLogprobs(
  answer: number,
  tokens: { readonly from: number; readonly to: number; readonly textTokens: number },
  top: number,
  isEvent: boolean,
): readonly object[] {
  const entry = ({ text, logprob }: GeneratedToken): object => ({
    token: text,
    ...(isEvent ? {} : { bytes: [...Buffer.from(text)] }),
    logprob,
  });
  const entries: object[] = [];
  for (let index = tokens.from; index < tokens.to; index++) {
    const likeliest = likeliestTokens(answer, index, tokens.textTokens, top);
    const token = generatedToken(answer, index, tokens.textTokens);
    entries.push({ ...entry(token), top_logprobs: likeliest.map(entry) });
  }
  return entries;
}

/** The whole answer, for a request whose answer has the number `index`. */
export function responseBody(request: ResponsesRequest, index: number, answer: FinishedAnswer): string {
  const { id, createdSeconds, choices, usage, times } = answer;
  const { model, maxTokens, repeated, outputTokens, finishReason, logprobs } = request;
  const { text = '', finishReason: end = finishReason } = choices[0] ?? {};
  const textTokens = finishReason === 'stop' ? outputTokens - 1 : outputTokens;
  const listed =
    logprobs === undefined ? null : responseLogprobs(index, { from: 0, to: outputTokens, textTokens }, logprobs, false);
  const frame = { id, createdSeconds, model, maxTokens, repeated };
  return jsonAscii(responseObject(frame, statusOf(end), messageOutput(`${id}0`, text, listed), { usage, times }));
}

/** An event of the stream with its name; the keys stand in the order of the alphabet. */
export function responseEvent(type: string, fields: object): string {
  const sorted = Object.entries({ ...fields, type }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `event: ${type}\ndata: ${jsonAscii(Object.fromEntries(sorted))}\n\n`;
}

/** The output of an answer whose text is finished: its message, or nothing where it has none. */
export function messageOutput(itemId: string, text: string, logprobs: readonly object[] | null): readonly object[] {
  return text === '' ? [] : [messageItem(itemId, 'completed', [textPart(text, logprobs)])];
}
