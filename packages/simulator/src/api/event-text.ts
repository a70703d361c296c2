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
  usage(usage: UsageCounts): string;
}

/** JSON without a byte above 0x7f, so that its length is its length in bytes. */
export function jsonAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** How a choice ends. */
interface EventEnd {
  readonly reason: string;
  /** No usage event follows, so the fingerprint stands here. */
  readonly isLastEvent: boolean;
  readonly tokens?: EventTokens | undefined;
}

function chatEvents(id: string, createdSeconds: number, model: string): EventText {
  const start = `data: {"id":${jsonAscii(id)},"object":"chat.completion.chunk","created":${createdSeconds},"model":${jsonAscii(model)},"choices":[`;
  const usageKey = (usage: UsageCounts | undefined): string =>
    usage === undefined ? '' : `,"usage":{${usageFields(usage)},"completion_tokens_details":null}`;
  return {
    role: (choice, usage, tokens = NO_TOKENS) =>
      `${start}{"index":${choice},"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]${usageKey(usage)},"prompt_token_ids":${tokens.promptIds},"prompt_text":null}\n\n`,
    content: (choice, text, usage, { logprobs, ids } = NO_TOKENS) =>
      `${start}{"index":${choice},"delta":{"content":"${text}"},"logprobs":${logprobs},"finish_reason":null,"token_ids":${ids}}]${usageKey(usage)}}\n\n`,
    finish(choice, text, usage, { reason, isLastEvent, tokens: { logprobs, ids } = NO_TOKENS }) {
      const delta = text === '' ? '{}' : `{"content":"${text}"}`;
      return `${start}{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":"${reason}","stop_reason":null,"token_ids":${ids}}]${usageKey(usage)}${isLastEvent ? FINGERPRINT_KEY : ''}}\n\n`;
    },
    usage: (usage) =>
      `${start}],"usage":{${usageFields(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":0}},"system_fingerprint":"${FINGERPRINT}"}\n\n`,
  };
}

function completionEvents(id: string, createdSeconds: number, model: string): EventText {
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
    usage: (usage) =>
      `${start}],"usage":{${usageFields(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens}}},"system_fingerprint":"${FINGERPRINT}"}\n\n`,
  };
}

/** Events of one answer; `id` without its prefix. */
export function createEventText(
  api: 'chat' | 'completions',
  id: string,
  createdSeconds: number,
  model: string,
): EventText {
  return api === 'chat'
    ? chatEvents(`chatcmpl-${id}`, createdSeconds, model)
    : completionEvents(`cmpl-${id}`, createdSeconds, model);
}

/** One finished choice of an answer that is not streamed. */
export interface FinishedChoice {
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
}

function chatMessage(text: string): Record<string, unknown> {
  return {
    role: 'assistant',
    content: text,
    refusal: null,
    annotations: null,
    audio: null,
    function_call: null,
    reasoning: null,
  };
}

/** The JSON body of an answer that is not streamed; ASCII. */
export function answerBody(
  api: 'chat' | 'completions',
  { model }: { readonly model: string },
  { id, createdSeconds, choices, usage }: FinishedAnswer,
): string {
  const isChat = api === 'chat';
  return jsonAscii({
    id: isChat ? `chatcmpl-${id}` : `cmpl-${id}`,
    object: isChat ? 'chat.completion' : 'text_completion',
    created: createdSeconds,
    model,
    choices: choices.map(({ text, finishReason, tokens }, index) => ({
      index,
      ...(isChat ? { message: chatMessage(text) } : { text }),
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
      prompt_tokens_details: {
        cached_tokens: usage.cachedTokens,
        created_cache_tokens: isChat ? 0 : null,
        multimodal_tokens: null,
      },
      completion_tokens_details: null,
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
    metrics: null,
  });
}
