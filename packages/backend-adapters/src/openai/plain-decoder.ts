import type { BodyEnd, DecodedResponse, ResponseDecoder, TokenCount } from '@assay/loadgen';
import { isRecord, readChoice, readErrorMessage, readLlamaCppTimings, readUsage } from '@assay/wire';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { toServerTimes } from '../decoding/server-times.ts';
import { encodedFailure, isForeignEncoding } from './no-events.ts';

/** Reads an answer that is not streamed: there is no first token, the whole text comes at once. */
export class PlainDecoder implements ResponseDecoder {
  readonly #body = new BodyText();
  readonly #maxOutputTokens: number | undefined;
  #status = 0;
  #encoding: string | undefined;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  /** `maxOutputTokens`: what the request allowed; usage beyond it that the body has no room for is wrong. */
  constructor(maxOutputTokens?: number) {
    this.#maxOutputTokens = maxOutputTokens;
  }

  onHeaders(status: number, headers?: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#encoding = headers?.get('content-encoding');
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    const expected = { encoding: this.#encoding, maxOutputTokens: this.#maxOutputTokens };
    return readPlainBody(this.#status, this.#body, end, expected);
  }
}

const nothing = {
  firstTokenAtMs: undefined,
  firstAnswerTokenAtMs: undefined,
  lastTokenAtMs: undefined,
  arrivals: [],
  arrivalsUnit: 'events',
  contentEvents: 0,
} as const;

const readMessage = (body: string): string | undefined => {
  const value = parseObject(body);
  return value === undefined ? undefined : readErrorMessage(value);
};

const toCount = (source: TokenCount['source'], tokens: number | undefined): readonly TokenCount[] =>
  tokens === undefined ? [] : [{ source, tokens }];

interface Expected {
  readonly encoding?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
}

/** What a whole body says; also for a refused stream, whose error is no stream. */
export function readPlainBody(status: number, body: BodyText, end: BodyEnd, expected: Expected = {}): DecodedResponse {
  const { text } = body;
  const value = parseObject(text);
  const failure = findFailure(status, text, value, body.isTooLarge, end, expected);
  const usage = value === undefined ? undefined : readUsage(value['usage']);
  const choices = (Array.isArray(value?.['choices']) ? value['choices'] : []).filter(isRecord).map(readChoice);
  const listed = choices.every(({ listedTokens }) => listedTokens !== undefined)
    ? choices.reduce((sum, choice) => sum + (choice.listedTokens ?? 0), 0)
    : undefined;
  const listedOfAny = choices.length > 0 ? listed : undefined;
  const timings = readLlamaCppTimings(value?.['timings']);
  // The most trusted source first.
  const tokenCounts = [
    ...toCount('usage', usage?.completionTokens),
    ...toCount('server-timings', timings?.predictedTokens),
    ...toCount('token-ids', listedOfAny),
  ];
  const [best] = tokenCounts;
  return {
    ...nothing,
    outcome: failure?.outcome ?? 'ok',
    code: failure?.code,
    message: failure?.message,
    outputTokens: best?.tokens,
    outputTokensSource: best?.source ?? 'unavailable',
    usage,
    finishReason:
      [...choices]
        .sort((a, b) => a.index - b.index)
        .flatMap(({ finishReason }) => finishReason ?? [])
        .join(',') || undefined,
    ...(tokenCounts.length > 1 ? { tokenCounts } : {}),
    ...(timings === undefined ? {} : { serverTimes: toServerTimes(timings) }),
  };
}

function findFailure(
  status: number,
  text: string,
  value: Readonly<Record<string, unknown>> | undefined,
  isTooLarge: boolean,
  end: BodyEnd,
  { encoding, maxOutputTokens }: Expected,
): Failure | undefined {
  if (status < 200 || status > 299) return httpFailure(status, text, readMessage);
  if (end.kind === 'cut') return cutFailure(end);
  if (isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
  if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
  if (value === undefined) {
    if (isForeignEncoding(encoding)) return encodedFailure(encoding);
    return protocolFailure(
      /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED',
      `expected a JSON object, got ${JSON.stringify(text.trim().slice(0, 80))}`,
    );
  }
  const message = readErrorMessage(value);
  if (message !== undefined) return protocolFailure('ERROR_BODY', message);
  if (!Array.isArray(value['choices']) || value['choices'].length === 0)
    return protocolFailure('STREAM_MALFORMED', 'the body has no choices');
  const choices = value['choices'].filter(isRecord).map(readChoice);
  if (choices.some(({ finishReason }) => isAbortReason(finishReason)))
    return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
  const completionTokens = readUsage(value['usage'])?.completionTokens;
  if (completionTokens === 0 && choices.some(({ hasAnswer, hasReasoning }) => hasAnswer || hasReasoning)) {
    return protocolFailure('USAGE_MISMATCH', 'usage says 0 completion tokens, but there is content');
  }
  // Every token is at least a character of the body, nearly: far more tokens than that were never there.
  const isBeyond = maxOutputTokens !== undefined && (completionTokens ?? 0) > Math.max(maxOutputTokens, text.length);
  if (!isBeyond) return undefined;
  return protocolFailure(
    'USAGE_MISMATCH',
    `usage says ${completionTokens} completion tokens, but the request allowed ${maxOutputTokens}`,
  );
}
