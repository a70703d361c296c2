import { parseJsonBytes } from '../json-bytes.ts';
import { isRecord } from '../openai/openai-event.ts';
import { wholeNumber } from '../whole-number.ts';

/** What one event of `/generate_stream` says. */
export type TgiEvent =
  | { readonly kind: 'malformed' }
  | { readonly kind: 'error'; readonly message: string; readonly errorType: string | undefined }
  | TgiToken;

/** One generated token: every event of a good stream carries exactly one. */
export interface TgiToken {
  readonly kind: 'token';
  /** Place in the answer, from 1. Older routers leave it out. */
  readonly index: number | undefined;
  /** The token has text for the reader: it is not empty and not a special token such as the end of the sequence. */
  readonly hasText: boolean;
  /** The last event of the stream: the only one with the whole text. */
  readonly isLast: boolean;
  /** With the last event, where details were asked for. */
  readonly details: TgiDetails | undefined;
}

/** How a generation ended and what it counted. */
export interface TgiDetails {
  /** `length`, `eos_token` or `stop_sequence`. */
  readonly finishReason: string | undefined;
  /** The end token is one of them. */
  readonly generatedTokens: number | undefined;
  /** Prompt tokens after truncation; streams have it, whole bodies do not. */
  readonly inputTokens: number | undefined;
  /** Tokens that a whole body lists. */
  readonly listedTokens: number | undefined;
  /** Tokens of the candidates of `best_of` that were not chosen. */
  readonly otherTokens: number | undefined;
}

/** The body of `/generate`, or one element of the list that `/` answers. */
export interface TgiBody {
  readonly hasText: boolean;
  readonly details: TgiDetails | undefined;
}

const MALFORMED: TgiEvent = { kind: 'malformed' };

/** Reads the data of one event. */
export function readTgiEvent(bytes: Uint8Array, start: number, end: number): TgiEvent {
  const parsed = parseJsonBytes(bytes, start, end);
  return parsed === undefined ? MALFORMED : toTgiEvent(parsed.value);
}

/** What the parsed data of an event says. */
function toTgiEvent(value: unknown): TgiEvent {
  if (!isRecord(value)) return MALFORMED;
  const { error, token, index, generated_text: generatedText, details } = value;
  if (error !== undefined) return toTgiError(value);
  if (!isRecord(token) || wholeNumber(token['id']) === undefined) return MALFORMED;
  const { text, special } = token;
  if (typeof text !== 'string' || typeof special !== 'boolean') return MALFORMED;
  if (index !== undefined && wholeNumber(index) === undefined) return MALFORMED;
  const isLast = typeof generatedText === 'string';
  if (!isLast && !isAbsent(generatedText)) return MALFORMED;
  if (!isAbsent(details) && !(isLast && isRecord(details))) return MALFORMED;
  return {
    kind: 'token',
    index: wholeNumber(index),
    hasText: text !== '' && !special,
    isLast,
    details: readTgiDetails(details),
  };
}

/** An error as TGI writes it, in an event or in a body: a text and its class. */
function toTgiError(value: Readonly<Record<string, unknown>>): TgiEvent {
  const { error, error_type: errorType } = value;
  const message = typeof error === 'string' ? error : JSON.stringify(error);
  return { kind: 'error', message, errorType: typeof errorType === 'string' ? errorType : undefined };
}

/** The body of a generation that is not streamed; `undefined` when it is none. */
export function readTgiBody(value: unknown): TgiBody | undefined {
  const body = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isRecord(body) || typeof body['generated_text'] !== 'string') return undefined;
  const { details } = body;
  if (!isAbsent(details) && !isRecord(details)) return undefined;
  return { hasText: body['generated_text'] !== '', details: readTgiDetails(details) };
}

function readTgiDetails(details: unknown): TgiDetails | undefined {
  if (!isRecord(details)) return undefined;
  const { finish_reason: reason, tokens, best_of_sequences: others } = details;
  return {
    finishReason: typeof reason === 'string' && reason !== '' ? reason : undefined,
    generatedTokens: wholeNumber(details['generated_tokens']),
    inputTokens: wholeNumber(details['input_length']),
    listedTokens: Array.isArray(tokens) ? tokens.length : undefined,
    otherTokens: Array.isArray(others) ? sumOf(others) : undefined,
  };
}

/** Tokens of all sequences; `undefined` when one does not say. */
function sumOf(sequences: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const sequence of sequences) {
    const tokens = isRecord(sequence) ? wholeNumber(sequence['generated_tokens']) : undefined;
    if (tokens === undefined) return undefined;
    sum += tokens;
  }
  return sum;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
