import type { BodyEnd, DecodedResponse, ResponseDecoder, TokenCount } from '@assay/loadgen';
import { createSseScanner, readTgiEvent, type SseHandler, type TgiDetails, type TgiToken } from '@assay/wire';
import { Arrivals } from '../decoding/arrivals.ts';
import { BodyText } from '../decoding/body-text.ts';
import { cutFailure, type Failure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { readTgiPlain } from './plain-decoder.ts';

const IS_WHOLE_BODY = /json|html/;

/**
 * Reads `/generate_stream`. Every event is one token; events without text (bytes of a character to come, special tokens) count as
 * tokens and not as content. The terminator is the event that carries the whole text; nothing may follow it.
 */
export class TgiStreamDecoder implements ResponseDecoder, SseHandler {
  readonly #scanner = createSseScanner(this);
  readonly #arrivals = new Arrivals();
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  #plainBody: BodyText | undefined;
  #atMs = 0;
  #tokens = 0;
  #contentEvents = 0;
  /** Tokens before the first one with text: they belong to its arrival. */
  #tokensBeforeText = 0;
  #firstTokenAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #details: TgiDetails | undefined;
  #failure: Failure | undefined;
  isTerminated = false;
  lastProgressAtMs: number | undefined;

  get hasFirstToken(): boolean {
    return this.#firstTokenAtMs !== undefined;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
    const isStream = status >= 200 && status <= 299 && !IS_WHOLE_BODY.test(headers.get('content-type') ?? '');
    if (!isStream) this.#plainBody = new BodyText();
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#atMs = atMs;
    if (this.#plainBody === undefined) {
      this.#scanner.push(bytes, start, end);
      return;
    }
    this.lastProgressAtMs = atMs;
    this.#plainBody.append(bytes, start, end);
  }

  onTooLarge(): void {
    this.#fail('STREAM_MALFORMED', 'an event is larger than the limit');
  }

  onEvent(bytes: Uint8Array, start: number, end: number): void {
    this.lastProgressAtMs = this.#atMs;
    const event = readTgiEvent(bytes, start, end);
    if (event.kind === 'error') {
      const kind = event.errorType === undefined ? '' : ` (${event.errorType})`;
      this.#fail('STREAM_ERROR_EVENT', `${event.message}${kind}`);
    } else if (event.kind === 'malformed') this.#fail('STREAM_MALFORMED', 'an event is not the JSON it should be');
    else if (this.isTerminated) this.#fail('STREAM_MALFORMED', 'a token follows the last event');
    else this.#onToken(event);
  }

  #onToken(token: TgiToken): void {
    this.#tokens += 1;
    if (token.index !== undefined && token.index !== this.#tokens) {
      this.#fail(
        'STREAM_MALFORMED',
        `event ${this.#tokens} has the index ${token.index}: events are missing or repeated`,
      );
    }
    this.#count(token.hasText);
    if (!token.isLast) return;
    this.isTerminated = true;
    this.#details = token.details;
  }

  #count(hasText: boolean): void {
    if (hasText) this.#contentEvents += 1;
    if (this.#firstTokenAtMs === undefined) {
      this.#tokensBeforeText += 1;
      if (!hasText) return;
      this.#firstTokenAtMs = this.#atMs;
      this.#arrivals.add(this.#atMs, this.#tokensBeforeText);
    } else this.#arrivals.add(this.#atMs, 1);
    this.#lastTokenAtMs = this.#atMs;
  }

  #fail(code: string, message: string): void {
    this.#failure ??= protocolFailure(code, message);
  }

  finish(end: BodyEnd): DecodedResponse {
    if (this.#plainBody !== undefined) return this.#asRefusal(end, this.#plainBody);
    const failure = this.#failure ?? this.#findFailure(end);
    const reported = this.#details?.generatedTokens;
    const counts = this.#tokenCounts(reported);
    const [best] = counts;
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      firstTokenAtMs: this.#firstTokenAtMs,
      firstAnswerTokenAtMs: this.#firstTokenAtMs,
      lastTokenAtMs: this.#lastTokenAtMs,
      arrivals: this.#arrivals.pairs,
      arrivalsUnit: 'tokens',
      contentEvents: this.#contentEvents,
      outputTokens: best?.tokens,
      outputTokensSource: best?.source ?? 'unavailable',
      usage: this.#usage(),
      finishReason: this.#details?.finishReason,
      ...(counts.length > 1 ? { tokenCounts: counts } : {}),
    };
  }

  /** The server's own count first, then the events, each of which names one token ID. */
  #tokenCounts(reported: number | undefined): readonly TokenCount[] {
    const counts: TokenCount[] = [];
    if (reported !== undefined) counts.push({ source: 'usage', tokens: reported });
    if (this.#tokens > 0) counts.push({ source: 'token-ids', tokens: this.#tokens });
    return counts;
  }

  #usage(): DecodedResponse['usage'] {
    if (this.#details === undefined) return undefined;
    const { inputTokens, generatedTokens } = this.#details;
    return {
      promptTokens: inputTokens,
      completionTokens: generatedTokens,
      cachedTokens: undefined,
      reasoningTokens: undefined,
    };
  }

  #asRefusal(end: BodyEnd, body: BodyText): DecodedResponse {
    const decoded = readTgiPlain(this.#status, this.#headers, body, end);
    if (decoded.outcome !== 'ok') return decoded;
    return {
      ...decoded,
      ...protocolFailure('STREAM_MALFORMED', 'the server answered a stream request with a whole body'),
    };
  }

  #findFailure(end: BodyEnd): Failure | undefined {
    if (end.kind === 'cut' && !this.isTerminated) return cutFailure(end);
    if (this.#tokens === 0) return protocolFailure('STREAM_EMPTY', 'the stream ended without any token');
    if (!this.isTerminated) return protocolFailure('STREAM_TRUNCATED', 'the stream ended before its last token');
    if (isAbortReason(this.#details?.finishReason))
      return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
    const reported = this.#details?.generatedTokens;
    if (reported === undefined || reported >= this.#tokens) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `details say ${reported} generated tokens, but ${this.#tokens} events carried one each`,
    );
  }
}
