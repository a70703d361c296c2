import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import {
  createSseScanner,
  type ResponsesChannel,
  type ResponsesDelta,
  type ResponsesEnd,
  readResponsesEvent,
  type SseHandler,
} from '@assay/wire';
import { Arrivals } from '../decoding/arrivals.ts';
import { BodyText } from '../decoding/body-text.ts';
import { cutFailure, type Failure, protocolFailure } from '../decoding/failure.ts';
import { TokenArrivals } from '../decoding/token-arrivals.ts';
import { countsOf } from './responses-counts.ts';
import { readResponsesBody } from './responses-plain-decoder.ts';

const IS_WHOLE_BODY = /json|html/;

/**
 * Reads a streamed answer of `/v1/responses`. It is good when the event came that ends it (`response.completed` or
 * `response.incomplete`) and no event said otherwise; there is no `[DONE]` here, and one alone ends nothing.
 */
export class ResponsesStreamDecoder implements ResponseDecoder, SseHandler {
  readonly #scanner = createSseScanner(this);
  readonly #arrivals = new Arrivals();
  readonly #channels = new Set<ResponsesChannel>();
  #status = 0;
  #plainBody: BodyText | undefined;
  #atMs = 0;
  #firstTokenAtMs: number | undefined;
  #firstAnswerAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #contentEvents = 0;
  /** Arrivals by listed tokens; unknown as soon as one content event lists none. */
  readonly #tokenArrivals = new TokenArrivals();
  #listedTokens: number | undefined = 0;
  #end: ResponsesEnd | undefined;
  #failure: Failure | undefined;
  lastProgressAtMs: number | undefined;

  get hasFirstToken(): boolean {
    return this.#firstTokenAtMs !== undefined;
  }

  get isTerminated(): boolean {
    return this.#end !== undefined;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
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
    this.#fail(protocolFailure('STREAM_MALFORMED', 'an event is larger than the limit'));
  }

  onEvent(bytes: Uint8Array, start: number, end: number, eventType: string): void {
    this.lastProgressAtMs = this.#atMs;
    const event = readResponsesEvent(bytes, start, end, eventType);
    switch (event.kind) {
      case 'delta':
        this.#onContent(event);
        return;
      case 'whole':
        if (!this.#channels.has(event.channel)) this.#onContent({ ...event, kind: 'delta', listedTokens: undefined });
        return;
      case 'end':
        this.#onEnd(event);
        return;
      case 'error':
        this.#fail(protocolFailure('STREAM_ERROR_EVENT', event.message));
        return;
      case 'malformed':
        this.#fail(protocolFailure('STREAM_MALFORMED', 'an event is not the JSON it should be'));
        return;
      default:
    }
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure;
  }

  #onContent(delta: ResponsesDelta): void {
    const atMs = this.#atMs;
    if (this.#end !== undefined) this.#fail(protocolFailure('STREAM_MALFORMED', 'content came after the last event'));
    this.#channels.add(delta.channel);
    this.#contentEvents += 1;
    this.#firstTokenAtMs ??= atMs;
    if (delta.channel !== 'reasoning') this.#firstAnswerAtMs ??= atMs;
    this.#lastTokenAtMs = atMs;
    this.#arrivals.add(atMs, 1);
    this.#tokenArrivals.add(atMs, delta.listedTokens);
    this.#listedTokens =
      this.#listedTokens === undefined || delta.listedTokens === undefined
        ? undefined
        : this.#listedTokens + delta.listedTokens;
  }

  #onEnd(end: ResponsesEnd): void {
    this.#end ??= end;
    if (end.status === 'failed') this.#fail(protocolFailure('STREAM_ERROR_EVENT', end.message));
    if (end.status === 'cancelled') {
      this.#fail(protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its status'));
    }
  }

  finish(end: BodyEnd): DecodedResponse {
    if (this.#plainBody !== undefined) return this.#asRefusal(readResponsesBody(this.#status, this.#plainBody, end));
    const failure = this.#failure ?? this.#findFailure(end);
    const contentEvents = this.#contentEvents;
    // An end token has no text, so no delta lists it: the list is no second opinion on a usage, only better than none.
    const isNeeded = contentEvents > 0 && this.#end?.usage?.completionTokens === undefined;
    const listedTokens = isNeeded ? this.#listedTokens : undefined;
    const counts = countsOf(this.#end, { listedTokens, contentEvents });
    const tokenArrivals = this.#tokenArrivals.pairsOf(counts.outputTokens, contentEvents);
    const isOneEach = counts.outputTokensSource !== 'event-count' && counts.outputTokens === contentEvents;
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      firstTokenAtMs: this.#firstTokenAtMs,
      firstAnswerTokenAtMs: this.#firstAnswerAtMs,
      lastTokenAtMs: this.#lastTokenAtMs,
      arrivals: tokenArrivals ?? this.#arrivals.pairs,
      arrivalsUnit: tokenArrivals !== undefined || isOneEach ? 'tokens' : 'events',
      contentEvents,
      ...counts,
      usage: this.#end?.usage,
      finishReason: this.#end?.reason,
    };
  }

  /** A stream was asked for: a whole body under 200 is no answer to that, even when it holds one. */
  #asRefusal(decoded: DecodedResponse): DecodedResponse {
    if (decoded.outcome !== 'ok') return decoded;
    return {
      ...decoded,
      ...protocolFailure('STREAM_MALFORMED', 'the server answered a stream request with a whole body'),
    };
  }

  #findFailure(end: BodyEnd): Failure | undefined {
    const ended = this.#end;
    if (ended === undefined) {
      if (end.kind === 'cut') return cutFailure(end);
      if (this.#contentEvents === 0) return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
      return protocolFailure('STREAM_TRUNCATED', 'the stream ended without response.completed');
    }
    const reported = ended.usage?.completionTokens;
    if (this.#contentEvents === 0 && ended.channels.length > 0) {
      return protocolFailure('STREAM_TRUNCATED', 'the last event has content of which no event told');
    }
    if (this.#contentEvents === 0 && ended.status === 'completed' && reported === undefined) {
      return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
    }
    if (reported === undefined || reported >= this.#contentEvents) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${reported} output tokens, but ${this.#contentEvents} events carried content`,
    );
  }
}
