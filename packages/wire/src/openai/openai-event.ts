import type { LlamaCppTimings } from '../llama-cpp/timings.ts';

/** Token counts as the server reported them; `undefined` where it said nothing. */
export interface OpenAiUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

/** What one event of a chat or completions stream says. */
export type OpenAiEvent =
  | { readonly kind: 'done' }
  /** JSON that carries nothing, such as `null`. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error'; readonly message: string }
  | OpenAiChunk;

export interface OpenAiChunk {
  readonly kind: 'chunk';
  /** Generated content of any sort: text, reasoning, tool call, refusal. */
  readonly hasContent: boolean;
  /** Content that is not reasoning. */
  readonly hasAnswer: boolean;
  readonly hasToolCall: boolean;
  /** Finish reasons in this event, one per choice that ended; empty strings do not count. */
  readonly finishReasons: readonly string[];
  /** Choices that the event speaks of. */
  readonly choiceIndexes: readonly number[];
  readonly usage: OpenAiUsage | undefined;
  /** What llama.cpp's server reports of its own work beside OpenAI's fields. */
  readonly timings: LlamaCppTimings | undefined;
  /** Tokens in this event where it lists their IDs or log-probabilities. */
  readonly listedTokens: number | undefined;
}

/** The text an event or body means to say when it is an error; `undefined` when it is none. */
export function readErrorMessage(value: Readonly<Record<string, unknown>>): string | undefined {
  const { error, detail, object, message } = value;
  if (typeof error === 'string') return error;
  if (isRecord(error)) return typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error);
  if (object === 'error') return typeof message === 'string' ? message : 'error';
  if (detail !== undefined && !('choices' in value))
    return typeof detail === 'string' ? detail : JSON.stringify(detail);
  return undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

/** Usage of an event or body; `undefined` when the key is missing or null. */
export function readUsage(value: unknown): OpenAiUsage | undefined {
  if (!isRecord(value)) return undefined;
  const promptDetails = isRecord(value['prompt_tokens_details']) ? value['prompt_tokens_details'] : {};
  const completionDetails = isRecord(value['completion_tokens_details']) ? value['completion_tokens_details'] : {};
  return {
    promptTokens: count(value['prompt_tokens']),
    completionTokens: count(value['completion_tokens']),
    cachedTokens: count(promptDetails['cached_tokens']),
    reasoningTokens: count(completionDetails['reasoning_tokens']) ?? count(value['reasoning_tokens']),
  };
}
