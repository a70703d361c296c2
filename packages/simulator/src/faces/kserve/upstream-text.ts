import { jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import type { OpenAiApi } from './read-openai.ts';

/** Names this program in `system_fingerprint`. */
const FINGERPRINT = 'assay-sim-1';

/** What the engine says of its own work on one generation, whatever its usage says. */
export interface Timing {
  readonly predictedTokens: number;
  readonly promptMs: number;
  readonly predictedMs: number;
}

/** What all events of an answer repeat. */
export interface AnswerName {
  readonly api: OpenAiApi;
  readonly id: string;
  readonly model: string;
  readonly createdSeconds: number;
}

/** The engine's event before the answers to a list of prompts. */
export const NULL_EVENT = 'data: null\n\n';
export const DONE_EVENT = 'data: [DONE]\n\n';

/**
 * Events of the engine behind KServe, which passes them on as they are: llama.cpp's shapes, key for key. Everything returned
 * is ASCII.
 */
export class UpstreamEvents {
  readonly #isChat: boolean;
  readonly #id: string;
  readonly #created: string;
  readonly #model: string;

  constructor({ api, id, model, createdSeconds }: AnswerName) {
    this.#isChat = api === 'chat';
    this.#id = `"id":${jsonAscii(`chatcmpl-${id}`)}`;
    this.#created = `"created":${createdSeconds}`;
    this.#model = `"model":${jsonAscii(model)},"system_fingerprint":"${FINGERPRINT}"`;
  }

  /** Empty on completions, which have none. */
  role(choice: number): string {
    return this.#isChat ? this.#chat(chatChoice(choice, '{"role":"assistant","content":null}', 'null')) : '';
  }

  content(choice: number, words: string): string {
    return this.#isChat
      ? this.#chat(chatChoice(choice, `{"content":"${words}"}`, 'null'))
      : this.#completion(textChoice(choice, words, 'null'));
  }

  /** Completions carry usage and timings here; chats timings, unless an event of usage follows. */
  finish(
    choice: number,
    reason: string,
    end: { readonly usage: UsageCounts; readonly timing: Timing | undefined },
  ): string {
    const { usage, timing } = end;
    const timings = timing === undefined ? '' : `,${timingsKey(usage, timing)}`;
    if (this.#isChat) return this.#chat(chatChoice(choice, '{}', `"${reason}"`), timings);
    return this.#completion(textChoice(choice, '', `"${reason}"`), `,${usageKey(usage)}`, timings);
  }

  usage(usage: UsageCounts, timing: Timing): string {
    return this.#chat('', `,${usageKey(usage)},${timingsKey(usage, timing)}`);
  }

  #chat(choice: string, more = ''): string {
    return `data: {"choices":[${choice}],${this.#created},${this.#id},${this.#model},"object":"chat.completion.chunk"${more}}\n\n`;
  }

  #completion(choice: string, usage = '', timings = ''): string {
    return `data: {"choices":[${choice}],${this.#created},${this.#model},"object":"text_completion"${usage},${this.#id}${timings}}\n\n`;
  }
}

const chatChoice = (choice: number, delta: string, reason: string): string =>
  `{"finish_reason":${reason},"index":${choice},"delta":${delta}}`;

const textChoice = (choice: number, words: string, reason: string): string =>
  `{"text":"${words}","index":${choice},"logprobs":null,"finish_reason":${reason}}`;

function usageKey({ promptTokens, completionTokens, cachedTokens }: UsageCounts): string {
  const total = promptTokens + completionTokens;
  return `"usage":{"completion_tokens":${completionTokens},"prompt_tokens":${promptTokens},"total_tokens":${total},"prompt_tokens_details":{"cached_tokens":${cachedTokens}}}`;
}

const timingsKey = (usage: UsageCounts, timing: Timing): string =>
  `"timings":${JSON.stringify(timingsOf(usage, timing))}`;

/** llama.cpp's figures, in milliseconds: the first token belongs to the prompt. */
function timingsOf({ promptTokens, cachedTokens }: UsageCounts, timing: Timing): unknown {
  const promptN = Math.max(1, promptTokens - cachedTokens);
  const promptMs = Math.max(timing.promptMs, 0.001);
  const predictedMs = Math.max(timing.predictedMs, 0.001);
  const later = Math.max(1, timing.predictedTokens - 1);
  return {
    cache_n: cachedTokens,
    prompt_n: promptN,
    prompt_ms: promptMs,
    prompt_per_token_ms: promptMs / promptN,
    prompt_per_second: (promptN / promptMs) * 1000,
    predicted_n: timing.predictedTokens,
    predicted_ms: predictedMs,
    predicted_per_token_ms: predictedMs / later,
    predicted_per_second: (later / predictedMs) * 1000,
  };
}

/** One finished choice. */
export interface FinishedChoice {
  readonly text: string;
  readonly reason: string;
}

/** A whole answer, which KServe reads and writes again with every key that its own types know. */
export function upstreamBody(
  name: AnswerName,
  choices: readonly FinishedChoice[],
  end: { readonly usage: UsageCounts; readonly timing: Timing },
): string {
  const isChat = name.api === 'chat';
  const { usage } = end;
  return jsonAscii({
    id: `chatcmpl-${name.id}`,
    object: isChat ? 'chat.completion' : 'text_completion',
    created: name.createdSeconds,
    model: name.model,
    choices: choices.map(({ text, reason }, index) => ({
      index,
      ...(isChat ? { message: { role: 'assistant', content: text, refusal: null, reasoning: null } } : { text }),
      logprobs: null,
      finish_reason: reason,
      stop_reason: null,
      token_ids: null,
      ...(isChat ? {} : { prompt_logprobs: null, prompt_token_ids: null }),
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
        created_cache_tokens: null,
        multimodal_tokens: null,
      },
      completion_tokens_details: null,
    },
    kv_transfer_params: null,
    ec_transfer_params: null,
    metrics: null,
    timings: timingsOf(usage, end.timing),
  });
}
