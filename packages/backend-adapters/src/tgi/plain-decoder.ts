import type { BodyEnd, DecodedResponse, ResponseDecoder, TokenCount } from '@assay/loadgen';
import { isRecord, readErrorMessage, readTgiBody, type TgiBody } from '@assay/wire';
import { BodyText } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { readComputeHeaders } from './compute-headers.ts';

/** Reads the answer of `/generate`: one body, with counts and times in its headers. */
export class TgiPlainDecoder implements ResponseDecoder {
  readonly #body = new BodyText();
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    return readTgiPlain(this.#status, this.#headers, this.#body, end);
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

/** What a whole body says; also for a refused stream, whose error is no stream. */
export function readTgiPlain(
  status: number,
  headers: ReadonlyMap<string, string>,
  bodyText: BodyText,
  end: BodyEnd,
): DecodedResponse {
  const { text } = bodyText;
  const value = parseValue(text);
  const body = readTgiBody(value);
  const { promptTokens, generatedTokens, times } = readComputeHeaders(headers);
  const counts = tokenCounts(generatedTokens, body);
  const [best] = counts;
  const failure = findFailure(status, text, value, bodyText.isTooLarge, end) ?? checkBody(body, best?.tokens);
  const hasUsage = body !== undefined && (promptTokens ?? best?.tokens) !== undefined;
  return {
    ...nothing,
    outcome: failure?.outcome ?? 'ok',
    code: failure?.code,
    message: failure?.message,
    outputTokens: body === undefined ? undefined : best?.tokens,
    outputTokensSource: body === undefined ? 'unavailable' : (best?.source ?? 'unavailable'),
    usage: hasUsage
      ? { promptTokens, completionTokens: best?.tokens, cachedTokens: undefined, reasoningTokens: undefined }
      : undefined,
    finishReason: body?.details?.finishReason,
    ...(body !== undefined && counts.length > 1 ? { tokenCounts: counts } : {}),
    ...(times === undefined ? {} : { serverTimes: times }),
  };
}

/** What each source says of the chosen answer: details, header, listed tokens. */
function tokenCounts(header: number | undefined, body: TgiBody | undefined): readonly TokenCount[] {
  const { generatedTokens, listedTokens } = body?.details ?? {};
  const counts: TokenCount[] = [];
  if (generatedTokens !== undefined) counts.push({ source: 'usage', tokens: generatedTokens });
  if (header !== undefined) counts.push({ source: 'server-timings', tokens: header });
  if (listedTokens !== undefined) counts.push({ source: 'token-ids', tokens: listedTokens });
  return counts;
}

function checkBody(body: TgiBody | undefined, tokens: number | undefined): Failure | undefined {
  if (body === undefined) return protocolFailure('STREAM_MALFORMED', 'the body has no generated_text');
  if (isAbortReason(body.details?.finishReason))
    return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
  if (tokens === 0 && body.hasText)
    return protocolFailure('USAGE_MISMATCH', 'the server counted 0 generated tokens, but there is text');
  const listed = body.details?.listedTokens;
  if (tokens === undefined || listed === undefined || tokens >= listed) return undefined;
  return protocolFailure('USAGE_MISMATCH', `the server counted ${tokens} generated tokens and lists ${listed}`);
}

function findFailure(
  status: number,
  text: string,
  value: unknown,
  isTooLarge: boolean,
  end: BodyEnd,
): Failure | undefined {
  const message = isRecord(value) ? readErrorMessage(value) : undefined;
  if (status < 200 || status > 299) return httpFailure(status, text, () => message);
  if (end.kind === 'cut') return cutFailure(end);
  if (isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
  if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
  if (value === undefined) {
    const code = /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED';
    return protocolFailure(code, `expected JSON, got ${JSON.stringify(text.trim().slice(0, 80))}`);
  }
  return message === undefined ? undefined : protocolFailure('ERROR_BODY', message);
}

function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // the caller reports what it got instead
  }
}
