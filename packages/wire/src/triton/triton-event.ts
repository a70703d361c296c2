import { isRecord } from '../openai/openai-event.ts';

/** What one event of `generate_stream`, or the body of `generate`, says. */
export type TritonEvent =
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error'; readonly message: string }
  | TritonResponse;

/** One response of a model. A field is `undefined` where the backend does not send it. */
export interface TritonResponse {
  readonly kind: 'response';
  /** Generated text or token IDs that are not empty. */
  readonly hasContent: boolean;
  /** Whether it has an output at all, be it an empty text; without one it only names its model. */
  readonly hasOutput: boolean;
  /** Tokens of this response alone, all sequences together (`num_output_tokens`). */
  readonly outputTokens: number | undefined;
  /** Tokens of the prompt (`num_input_tokens`). */
  readonly inputTokens: number | undefined;
  /** Tokens that this response lists, as IDs or as log-probabilities. */
  readonly listedTokens: number | undefined;
  /** One entry per sequence; `undefined` for a sequence that goes on. Absent where the backend reports no reasons. */
  readonly finishReasons: readonly (string | undefined)[] | undefined;
  readonly times: TritonTimes | undefined;
}

/** Moments of a request by the clock of the TensorRT-LLM executor, nanoseconds; only their differences mean something. */
export interface TritonTimes {
  readonly arrivalNs: number | undefined;
  readonly firstScheduledNs: number | undefined;
  readonly firstTokenNs: number | undefined;
  readonly lastTokenNs: number | undefined;
}

const MALFORMED: TritonEvent = { kind: 'malformed' };
/** Fields of a response beside the outputs of its model. */
const NO_OUTPUTS: ReadonlySet<string> = new Set(['model_name', 'model_version', 'id', 'parameters']);
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });
/** How Python prints a reason that does not exist yet. */
const NOT_FINISHED: ReadonlySet<unknown> = new Set(['None', 'null', '', 'not_finished', 'NOT_FINISHED', null]);

/** Reads the data of one event, or a whole body. */
export function parseTritonEvent(bytes: Uint8Array, start: number, end: number): TritonEvent {
  let value: unknown;
  try {
    value = JSON.parse(STRICT_UTF8.decode(bytes.subarray(start, end)));
  } catch {
    return MALFORMED;
  }
  return toTritonEvent(value);
}

/**
 * What parsed data says. Every response of the generate extension names its model, which tells one from any other JSON; a tensor
 * of one element stands there as a bare value, a longer one as a list.
 */
function toTritonEvent(value: unknown): TritonEvent {
  if (!isRecord(value)) return MALFORMED;
  const { error, text_output: text, output_ids: ids } = value;
  if (error !== undefined && text === undefined) {
    return { kind: 'error', message: typeof error === 'string' ? error : JSON.stringify(error) };
  }
  if (typeof value['model_name'] !== 'string') return MALFORMED;
  if (!isTextOrAbsent(text)) return MALFORMED;
  const listedIds =
    ids === undefined ? undefined : asList(ids).filter((id) => typeof id === 'number' && id >= 0).length;
  return {
    kind: 'response',
    hasContent: asList(text).some((part) => part !== '') || (listedIds ?? 0) > 0,
    hasOutput: Object.entries(value).some(([name, output]) => !NO_OUTPUTS.has(name) && asList(output).length > 0),
    outputTokens: sum(value['num_output_tokens']),
    inputTokens: count(asList(value['num_input_tokens'])[0]),
    listedTokens: listedIds ?? countLogprobs(value['logprobs']),
    finishReasons: readReasons(value['finish_reason']),
    times: readTimes(value),
  };
}

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

const isTextOrAbsent = (value: unknown): boolean => asList(value).every((part) => typeof part === 'string');

/** A count that is a number or, as 64-bit tensors are written by some versions, its digits. */
function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,18}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function sum(value: unknown): number | undefined {
  const parts = asList(value).map(count);
  if (parts.length === 0) return undefined;
  return parts.reduce((total, part) => (total === undefined || part === undefined ? undefined : total + part), 0);
}

/** `logprobs` of the vLLM backend: per sequence the text of a JSON list with one entry per token of this response, or `null`. */
function countLogprobs(value: unknown): number | undefined {
  const texts = asList(value).filter((text) => typeof text === 'string');
  if (texts.length === 0) return undefined;
  let total = 0;
  for (const text of texts) {
    try {
      const entries: unknown = JSON.parse(text);
      if (!Array.isArray(entries)) return undefined;
      total += entries.length;
    } catch {
      return undefined; // log-probabilities that cannot be read count nothing
    }
  }
  return total;
}

function readReasons(value: unknown): readonly (string | undefined)[] | undefined {
  if (value === undefined) return undefined;
  return asList(value).map((reason) => (NOT_FINISHED.has(reason) ? undefined : String(reason)));
}

function readTimes(value: Readonly<Record<string, unknown>>): TritonTimes | undefined {
  if (value['arrival_time_ns'] === undefined) return undefined;
  const at = (name: string): number | undefined => count(asList(value[name])[0]);
  return {
    arrivalNs: at('arrival_time_ns'),
    firstScheduledNs: at('first_scheduled_time_ns'),
    firstTokenNs: at('first_token_time_ns'),
    lastTokenNs: at('last_token_time_ns'),
  };
}
