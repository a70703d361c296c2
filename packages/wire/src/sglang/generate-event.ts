import { isDoneMarker } from '../done-marker.ts';
import { parseJsonBytes } from '../json-bytes.ts';
import { isRecord, readErrorMessage } from '../openai/openai-event.ts';
import { duration, wholeNumber } from '../whole-number.ts';

/** What one event, or the body, of SGLang's `POST /generate` says. */
export type SglangEvent =
  | { readonly kind: 'done' }
  /** JSON that carries nothing, such as `null`. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error'; readonly message: string }
  | SglangOutput;

export interface SglangOutput {
  readonly kind: 'output';
  /** Place in a list of prompts or samples; 0 for one. */
  readonly index: number;
  /** All text so far, or with `--incremental-streaming-output` the text since the last event; missing without a tokenizer. */
  readonly text: string | undefined;
  /** `output_ids`, cumulative or not as `text` is. */
  readonly tokenIds: readonly unknown[] | undefined;
  readonly finish: SglangFinish | undefined;
  readonly usage: SglangUsage;
  readonly times: SglangTimes;
}

/** `meta_info.finish_reason`: `stop`, `length` or `abort`. */
export interface SglangFinish {
  readonly type: string;
  /** Why a request was aborted. */
  readonly message: string | undefined;
}

/** Counts of `meta_info`; `completionTokens` grows from event to event in both kinds of streams. */
export interface SglangUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

/** Times of `meta_info`, milliseconds; all but the last are sent with `--enable-metrics` only. */
export interface SglangTimes {
  readonly queueMs: number | undefined;
  readonly prefillMs: number | undefined;
  readonly totalMs: number | undefined;
}

const DONE: SglangEvent = { kind: 'done' };
const EMPTY: SglangEvent = { kind: 'empty' };
const MALFORMED: SglangEvent = { kind: 'malformed' };

/** Reads the data of one event. */
export function readSglangEvent(bytes: Uint8Array, start: number, end: number): SglangEvent {
  if (isDoneMarker(bytes, start, end)) return DONE;
  const parsed = parseJsonBytes(bytes, start, end);
  return parsed === undefined ? MALFORMED : toSglangEvent(parsed.value);
}

/** What a parsed event or body says. */
export function toSglangEvent(value: unknown): SglangEvent {
  if (value === null) return EMPTY;
  if (!isRecord(value)) return MALFORMED;
  const message = readErrorMessage(value);
  if (message !== undefined) return { kind: 'error', message };
  const { text, output_ids: tokenIds, meta_info: meta } = value;
  if (!isRecord(meta)) return MALFORMED;
  if (text !== undefined && text !== null && typeof text !== 'string') return MALFORMED;
  return {
    kind: 'output',
    index: wholeNumber(value['index']) ?? 0,
    text: text ?? undefined,
    tokenIds: Array.isArray(tokenIds) ? tokenIds : undefined,
    finish: readFinish(meta['finish_reason']),
    usage: {
      promptTokens: wholeNumber(meta['prompt_tokens']),
      completionTokens: wholeNumber(meta['completion_tokens']),
      cachedTokens: wholeNumber(meta['cached_tokens']),
      reasoningTokens: wholeNumber(meta['reasoning_tokens']),
    },
    times: {
      queueMs: toMs(duration(meta['queue_time'])),
      prefillMs: between(duration(meta['forward_entry_time']), duration(meta['prefill_finished_time'])),
      totalMs: toMs(duration(meta['e2e_latency'])),
    },
  };
}

function readFinish(value: unknown): SglangFinish | undefined {
  if (typeof value === 'string' && value !== '') return { type: value, message: undefined };
  if (!isRecord(value)) return undefined;
  const { type, message } = value;
  return typeof type === 'string' && type !== ''
    ? { type, message: typeof message === 'string' ? message : undefined }
    : undefined;
}

const toMs = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

/** Milliseconds between two Unix times in seconds. */
function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : (to - from) * 1000;
}
