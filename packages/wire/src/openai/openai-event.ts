import type { LlamaCppTimings } from '../llama-cpp/timings.ts';

/** Token counts as the server reported them; `undefined` where it said nothing. */
export interface OpenAiUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

/** A part of the call of a tool. */
export interface ToolPiece {
  /** Index of the choice. */
  readonly choice: number;
  /** Index of the call in its choice. */
  readonly call: number;
  /** The next characters of its arguments, which are JSON when they are whole. */
  readonly argumentsText: string;
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
  /** Pieces of tool calls in this event, in the order in which they stand. */
  readonly toolPieces: readonly ToolPiece[];
  /** Finish reasons in this event, one per choice that ended; empty strings do not count. */
  readonly finishReasons: readonly string[];
  /** The choices that ended, in the order of their reasons. */
  readonly finishedIndexes: readonly number[];
  /** Choices that the event speaks of. */
  readonly choiceIndexes: readonly number[];
  /** Those of them that have content in it. */
  readonly contentIndexes: readonly number[];
  readonly usage: OpenAiUsage | undefined;
  /** What llama.cpp's server reports of its own work beside OpenAI's fields. */
  readonly timings: LlamaCppTimings | undefined;
  /** The model that the event names, and the fingerprint of its configuration; of both the first 200 characters. */
  readonly model: string | undefined;
  readonly fingerprint: string | undefined;
  /** Tokens in this event where it lists their IDs or log-probabilities. */
  readonly listedTokens: number | undefined;
}

/** The text an event or body means to say when it is an error; `undefined` when it is none. */
export function readErrorMessage(value: Readonly<Record<string, unknown>>): string | undefined {
  const { error, detail, object, message, choices } = value;
  if (typeof error === 'string') return error;
  if (isRecord(error)) return typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error);
  if (object === 'error') return typeof message === 'string' ? message : 'error';
  if (choices !== undefined) return readChoiceError(choices);
  if (detail !== undefined) return typeof detail === 'string' ? detail : JSON.stringify(detail);
  // Gateways write their errors flat: a message beside a code, without anything of an answer.
  return typeof message === 'string' && value['code'] !== undefined ? message : undefined;
}

/** Routers put the failure of the provider behind them into the choice that it ended. */
function readChoiceError(choices: unknown): string | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices) {
    const error: unknown = isRecord(choice) ? choice['error'] : undefined;
    if (typeof error === 'string' && error !== '') return error;
    if (isRecord(error)) return typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error);
  }
  return undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_NAME_LENGTH = 200;

/** A name that an event or body gives; `undefined` when it is missing, empty or no text. */
export const readName = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME_LENGTH) : undefined;

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
