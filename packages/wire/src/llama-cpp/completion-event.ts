import { isDoneMarker } from '../done-marker.ts';
import { parseJsonBytes } from '../json-bytes.ts';
import { isRecord, readErrorMessage } from '../openai/openai-event.ts';
import { wholeNumber } from '../whole-number.ts';
import { type LlamaCppTimings, readLlamaCppTimings } from './timings.ts';

/** What one event, or the body, of llama.cpp's `POST /completion` says. */
export type LlamaCppEvent =
  /** Data that carries nothing: `null`, or a `[DONE]` that a proxy added. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error'; readonly message: string }
  | LlamaCppCompletion;

export interface LlamaCppCompletion {
  readonly kind: 'completion';
  /** Place of the prompt in a list of prompts; 0 for one prompt. */
  readonly index: number;
  readonly hasContent: boolean;
  /** `stop`: the answer to this prompt is complete. */
  readonly isLast: boolean;
  /** `stop_type` of the last event: `eos`, `word`, `limit` or `none`; older servers say it by `stopped_eos`, `stopped_word` and `stopped_limit`. */
  readonly stopType: string | undefined;
  /** Tokens generated so far (`tokens_predicted`), the end token among them. */
  readonly predictedTokens: number | undefined;
  /** Tokens of the prompt (`tokens_evaluated`), cached ones among them. */
  readonly promptTokens: number | undefined;
  /** Entries of `tokens`. In a body with `return_tokens` these are all tokens; in an event only the last one of the event. */
  readonly listedTokens: number | undefined;
  readonly timings: LlamaCppTimings | undefined;
}

const EMPTY: LlamaCppEvent = { kind: 'empty' };
const MALFORMED: LlamaCppEvent = { kind: 'malformed' };

/** Reads the data of one event. The terminator is an event with `isLast`: there is no `[DONE]`. */
export function readLlamaCppEvent(bytes: Uint8Array, start: number, end: number): LlamaCppEvent {
  if (isDoneMarker(bytes, start, end)) return EMPTY;
  const parsed = parseJsonBytes(bytes, start, end);
  return parsed === undefined ? MALFORMED : toLlamaCppEvent(parsed.value);
}

/** What a parsed event or body says. */
export function toLlamaCppEvent(value: unknown): LlamaCppEvent {
  if (value === null) return EMPTY;
  if (!isRecord(value)) return MALFORMED;
  const message = readErrorMessage(value);
  if (message !== undefined) return { kind: 'error', message };
  const { content, stop, tokens } = value;
  if (typeof content !== 'string' || typeof stop !== 'boolean') return MALFORMED;
  return {
    kind: 'completion',
    index: wholeNumber(value['index']) ?? 0,
    hasContent: content !== '',
    isLast: stop,
    stopType: stop ? readStopType(value) : undefined,
    predictedTokens: wholeNumber(value['tokens_predicted']),
    promptTokens: wholeNumber(value['tokens_evaluated']),
    listedTokens: Array.isArray(tokens) && tokens.length > 0 ? tokens.length : undefined,
    timings: readLlamaCppTimings(value['timings']),
  };
}

/** Servers of before December 2024 have a switch for each reason instead of `stop_type`; all of them off is `none`. */
const STOP_SWITCHES = ['eos', 'word', 'limit'] as const;

function readStopType(value: Readonly<Record<string, unknown>>): string | undefined {
  const { stop_type: stopType } = value;
  if (typeof stopType === 'string' && stopType !== '') return stopType;
  const switches = STOP_SWITCHES.filter((reason) => typeof value[`stopped_${reason}`] === 'boolean');
  if (switches.length === 0) return undefined;
  return switches.find((reason) => value[`stopped_${reason}`] === true) ?? 'none';
}
