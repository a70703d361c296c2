import { ANSWER_WORDS } from '../tokenizer.ts';

/** Names this program in `system_fingerprint`. */
const FINGERPRINT = 'assay-sim-1';

const FINGERPRINT_KEY = `,"system_fingerprint":"${FINGERPRINT}"`;

/** Token counts of an answer. */
export interface UsageCounts {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
}

/** Text of generated tokens `[from, to)`: whole words, so that tokenizing an answer gives its tokens back. ASCII without escapes. */
export function answerText(requestIndex: number, from: number, to: number): string {
  let text = '';
  for (let k = from; k < to; k++) text += ` ${ANSWER_WORDS[(requestIndex * 31 + k * 7) % ANSWER_WORDS.length]}`;
  return text;
}

const timesKey = (times: object | undefined): string =>
  times === undefined ? '' : `,"metrics":${JSON.stringify(times)}`;

function usageFields(usage: UsageCounts): string {
  const total = usage.promptTokens + usage.completionTokens;
  return `"prompt_tokens":${usage.promptTokens},"total_tokens":${total},"completion_tokens":${usage.completionTokens}`;
}

/** What an event lists of its tokens, as JSON in ASCII. */
export interface EventTokens {
  readonly logprobs: string;
  readonly ids: string;
  /** Of the prompt; in the first event of a choice alone. */
  readonly promptIds: string;
}

const NO_TOKENS: EventTokens = { logprobs: 'null', ids: 'null', promptIds: 'null' };

/** Writes the events of one answer in vLLM's shapes, key for key. Everything returned is ASCII. */
export interface EventText {
  /** Empty where the API has none (completions). */
  role(choice: number, usage: UsageCounts | undefined, tokens?: EventTokens): string;
  content(choice: number, text: string, usage: UsageCounts | undefined, tokens?: EventTokens): string;
  finish(choice: number, text: string, usage: UsageCounts | undefined, end: EventEnd): string;
  /** `times`: the server's own, where it tells them. */
  usage(usage: UsageCounts, times: object | undefined): string;
}

/** JSON without a byte above 0x7f, so that its length is its length in bytes. */
export function jsonAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What the flags of a server change in its events and bodies. */
export interface AnswerStyle {
  readonly hasPromptTokensDetails: boolean;
  readonly hasToolParser: boolean;
  readonly hasReasoningParser: boolean;
}

/** How a choice ends. */
interface EventEnd {
  readonly reason: string;
  /** No usage event follows, so the fingerprint stands here. */
  readonly isLastEvent: boolean;
  readonly tokens?: EventTokens | undefined;
}

function chatEvents(id: string, createdSeconds: number, model: string, style: AnswerStyle): EventText {
  const start = `data: {"id":${jsonAscii(id)},"object":"chat.completion.chunk","created":${createdSeconds},"model":${jsonAscii(model)},"choices":[`;
  const field = style.hasReasoningParser ? 'reasoning' : 'content';
  const reasoning = ({ completionTokens }: UsageCounts): string =>
    style.hasReasoningParser ? `{"reasoning_tokens":${completionTokens}}` : 'null';
  const usageKey = (usage: UsageCounts | undefined): string =>
    usage === undefined ? '' : `,"usage":{${usageFields(usage)},"completion_tokens_details":${reasoning(usage)}}`;
  const empty = style.hasToolParser ? '{}' : '{"content":""}';
  return {
    role: (choice, usage, tokens = NO_TOKENS) =>
      `${start}{"index":${choice},"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]${usageKey(usage)},"prompt_token_ids":${tokens.promptIds},"prompt_text":null}\n\n`,
    content: (choice, text, usage, { logprobs, ids } = NO_TOKENS) =>
      `${start}{"index":${choice},"delta":{"${field}":"${text}"},"logprobs":${logprobs},"finish_reason":null,"token_ids":${ids}}]${usageKey(usage)}}\n\n`,
    finish(choice, text, usage, { reason, isLastEvent, tokens: { logprobs, ids } = NO_TOKENS }) {
      const delta = text === '' ? empty : `{"${field}":"${text}"}`;
      return `${start}{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":"${reason}","stop_reason":null,"token_ids":${ids}}]${usageKey(usage)}${isLastEvent ? FINGERPRINT_KEY : ''}}\n\n`;
    },
    usage(usage, times) {
      const cached = `,"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":0}`;
      const details = style.hasReasoningParser ? `,"completion_tokens_details":${reasoning(usage)}` : '';
      const fields = `${usageFields(usage)}${style.hasPromptTokensDetails ? cached : ''}${details}`;
      return `${start}],"usage":{${fields}}${FINGERPRINT_KEY}${timesKey(times)}}\n\n`;
    },
  };
}

function completionEvents(id: string, createdSeconds: number, model: string, style: AnswerStyle): EventText {
  const start = `data: {"id":${jsonAscii(id)},"object":"text_completion","created":${createdSeconds},"model":${jsonAscii(model)},"choices":[`;
  const usageKey = (usage: UsageCounts | undefined): string =>
    usage === undefined ? '' : `,"usage":{${usageFields(usage)}}`;
  const choiceText = (choice: number, text: string, reason: string, tokens: EventTokens): string =>
    `${start}{"index":${choice},"text":"${text}","logprobs":${tokens.logprobs},"finish_reason":${reason},"stop_reason":null,"prompt_token_ids":${tokens.promptIds},"token_ids":${tokens.ids}}]`;
  return {
    role: () => '',
    content: (choice, text, usage, tokens = NO_TOKENS) =>
      `${choiceText(choice, text, 'null', tokens)}${usageKey(usage)}}\n\n`,
    finish(choice, text, usage, { reason, isLastEvent, tokens = NO_TOKENS }) {
      const tail = isLastEvent ? FINGERPRINT_KEY : '';
      return `${choiceText(choice, text, `"${reason}"`, tokens)}${usageKey(usage)}${tail}}\n\n`;
    },
    usage(usage, times) {
      const cached = `,"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens}}`;
      const fields = `${usageFields(usage)}${style.hasPromptTokensDetails ? cached : ''}`;
      return `${start}],"usage":{${fields}}${FINGERPRINT_KEY}${timesKey(times)}}\n\n`;
    },
  };
}

/** Events of one answer; `id` without its prefix. */
export function createEventText(
  api: 'chat' | 'completions',
  id: string,
  {
    createdSeconds,
    model,
    style,
  }: { readonly createdSeconds: number; readonly model: string; readonly style: AnswerStyle },
): EventText {
  return api === 'chat'
    ? chatEvents(`chatcmpl-${id}`, createdSeconds, model, style)
    : completionEvents(`cmpl-${id}`, createdSeconds, model, style);
}

/** One finished choice of an answer that is not streamed. */
interface FinishedChoice {
  readonly text: string;
  readonly finishReason: string;
  readonly tokens: FinishedTokens;
}

/** What a body lists of the tokens of a choice and of its prompt; null for what was not asked for. */
export interface FinishedTokens {
  readonly logprobs: object | null;
  readonly ids: readonly number[] | null;
  readonly promptLogprobs: readonly (object | null)[] | null;
  readonly promptIds: readonly number[] | null;
}

/** What a body is made of. */
export interface FinishedAnswer {
  /** Without the prefix of its interface. */
  readonly id: string;
  readonly createdSeconds: number;
  readonly choices: readonly FinishedChoice[];
  readonly usage: UsageCounts;
  /** The server's own times, where it tells them. */
  readonly times: object | undefined;
}

function chatMessage(text: string, isReasoning: boolean): Record<string, unknown> {
  return {
    role: 'assistant',
    content: isReasoning ? null : text,
    refusal: null,
    annotations: null,
    audio: null,
    function_call: null,
    reasoning: isReasoning ? text : null,
  };
}

/** The fields that every answer which is not streamed begins with. */
export function answerHead(
  api: 'chat' | 'completions',
  { model }: { readonly model: string },
  { id, createdSeconds }: Pick<FinishedAnswer, 'id' | 'createdSeconds'>,
): object {
  const isChat = api === 'chat';
  return {
    id: isChat ? `chatcmpl-${id}` : `cmpl-${id}`,
    object: isChat ? 'chat.completion' : 'text_completion',
    created: createdSeconds,
    model,
  };
}

/** The JSON body of an answer that is not streamed; ASCII. */
export function answerBody(
  api: 'chat' | 'completions',
  served: { readonly model: string },
  answer: FinishedAnswer,
  style: AnswerStyle,
): string {
  const { choices, usage, times } = answer;
  const isChat = api === 'chat';
  return jsonAscii({
    ...answerHead(api, served, answer),
    choices: choices.map(({ text, finishReason, tokens }, index) => ({
      index,
      ...(isChat ? { message: chatMessage(text, style.hasReasoningParser) } : { text }),
      logprobs: tokens.logprobs,
      finish_reason: finishReason,
      stop_reason: null,
      token_ids: tokens.ids,
      ...(isChat ? {} : { prompt_logprobs: tokens.promptLogprobs, prompt_token_ids: tokens.promptIds }),
      routed_experts: null,
    })),
    service_tier: null,
    system_fingerprint: FINGERPRINT,
    usage: {
      prompt_tokens: usage.promptTokens,
      total_tokens: usage.promptTokens + usage.completionTokens,
      completion_tokens: usage.completionTokens,
      prompt_tokens_details: style.hasPromptTokensDetails
        ? { cached_tokens: usage.cachedTokens, created_cache_tokens: isChat ? 0 : null, multimodal_tokens: null }
        : null,
      completion_tokens_details:
        isChat && style.hasReasoningParser ? { reasoning_tokens: usage.completionTokens } : null,
    },
    ...(isChat
      ? {
          prompt_logprobs: choices[0]?.tokens.promptLogprobs ?? null,
          prompt_token_ids: choices[0]?.tokens.promptIds ?? null,
          prompt_text: null,
        }
      : {}),
    kv_transfer_params: null,
    ec_transfer_params: null,
    metrics: times === undefined ? null : { ...times, speculative_decoding: null },
  });
}
