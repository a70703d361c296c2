import { jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import { tokenize } from '../../tokenizer.ts';

/** The token that ends an answer by itself; it has no text. */
export const END_TOKEN = 2;

/** How an answer ended. */
export type Finish = Readonly<Record<string, unknown>> | null;

/** `finish_reason` of the native interface. */
export function finishOf(reason: string | null, outputTokens: number): Finish {
  if (reason === 'length') return { type: 'length', length: outputTokens };
  if (reason === 'stop') return { type: 'stop', matched: END_TOKEN };
  return abortOf('Aborted', null);
}

export const abortOf = (message: string, status: number | null): Finish => ({
  type: 'abort',
  message,
  status_code: status,
  err_type: null,
});

/** One output of `/generate`. */
export interface Output {
  readonly id: string;
  readonly text: string;
  /** Token IDs as JSON, without the brackets. */
  readonly idsText: string;
  readonly usage: UsageCounts;
  readonly finish: Finish;
  /** From arrival to the end, seconds; `undefined` while the answer goes on. */
  readonly e2eSeconds?: number | undefined;
  /** Place in a list of prompts. */
  readonly index?: number | undefined;
}

/** The JSON of an output; the keys stand in the order of the source of sglang 0.5.23. */
export function outputJson({ id, text, idsText, usage, finish, e2eSeconds, index }: Output): string {
  const meta = {
    id,
    finish_reason: finish,
    prompt_tokens: usage.promptTokens,
    weight_version: 'default',
    num_retractions: 0,
    reasoning_tokens: 0,
    completion_tokens: usage.completionTokens,
    cached_tokens: usage.cachedTokens,
    ...(e2eSeconds === undefined ? {} : { e2e_latency: e2eSeconds }),
  };
  const place = index === undefined ? '' : `,"index":${index}`;
  return `{"text":${jsonAscii(text)},"output_ids":[${idsText}],"meta_info":${jsonAscii(meta)}${place}}`;
}

/** Token IDs of words as JSON, without the brackets. */
export const idsOf = (words: string): string => tokenize(words).join(',');

/** Two lists written without their brackets as one. */
export const joinIds = (first: string, second: string): string =>
  first === '' ? second : second === '' ? first : `${first},${second}`;

export const toEvent = (json: string): string => `data: ${json}\n\n`;
