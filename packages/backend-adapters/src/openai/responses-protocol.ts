import { type ResponsesChannel, type ResponsesDelta, type ResponsesEnd, readResponsesEvent } from '@assay/wire';
import type { AnswerSummary } from '../decoding/answer-summary.ts';
import { Arrivals } from '../decoding/arrivals.ts';
import { type Failure, protocolFailure } from '../decoding/failure.ts';
import { type StreamEnd, type StreamProtocol, unendedFailure } from '../decoding/stream-protocol.ts';
import { TokenArrivals } from '../decoding/token-arrivals.ts';
import type { ReadWhole } from '../decoding/whole-body-decoder.ts';
import { isBrokenOff, readResponsesBody, summarizeEnd } from './responses-body.ts';

/**
 * Events of `/v1/responses`. An answer is good when the event came that ends it (`response.completed` or `response.incomplete`) and no
 * event said otherwise; there is no `[DONE]` here, and one alone ends nothing.
 */
export class ResponsesProtocol implements StreamProtocol {
  readonly readWhole: ReadWhole = readResponsesBody;
  readonly #arrivals = new Arrivals();
  readonly #channels = new Set<ResponsesChannel>();
  #firstTokenAtMs: number | undefined;
  #firstAnswerAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #contentEvents = 0;
  /** Arrivals by listed tokens; unknown as soon as one content event lists none. */
  readonly #tokenArrivals = new TokenArrivals();
  #listedTokens: number | undefined = 0;
  #end: ResponsesEnd | undefined;
  readonly #maxOutputTokens: number | undefined;

  /** `maxOutputTokens`: what the request allowed; usage beyond it without the events to show for it is wrong. */
  constructor(maxOutputTokens?: number) {
    this.#maxOutputTokens = maxOutputTokens;
  }

  get hasFirstToken(): boolean {
    return this.#firstTokenAtMs !== undefined;
  }

  get isTerminated(): boolean {
    return this.#end !== undefined;
  }

  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number, eventType: string): Failure | undefined {
    const event = readResponsesEvent(bytes, start, end, eventType);
    switch (event.kind) {
      case 'delta':
        return this.#onContent(event, atMs);
      case 'whole':
        if (this.#channels.has(event.channel)) return undefined;
        return this.#onContent({ ...event, kind: 'delta', listedTokens: undefined }, atMs);
      case 'end':
        return this.#onEnd(event);
      case 'error':
        return protocolFailure('STREAM_ERROR_EVENT', event.message);
      case 'malformed':
        return protocolFailure('STREAM_MALFORMED', 'an event is not the JSON it should be');
      default:
        return undefined;
    }
  }

  #onContent(delta: ResponsesDelta, atMs: number): Failure | undefined {
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
    return this.#end === undefined
      ? undefined
      : protocolFailure('STREAM_MALFORMED', 'content came after the last event');
  }

  #onEnd(end: ResponsesEnd): Failure | undefined {
    this.#end ??= end;
    if (end.status === 'failed') return protocolFailure('STREAM_ERROR_EVENT', end.message);
    if (!isBrokenOff(end)) return undefined;
    return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its status');
  }

  summarize(): AnswerSummary {
    const contentEvents = this.#contentEvents;
    // An end token has no text, so no delta lists it: the list is no second opinion on a usage, only better than none.
    const isNeeded = contentEvents > 0 && this.#end?.usage?.completionTokens === undefined;
    const listedTokens = isNeeded ? this.#listedTokens : undefined;
    const ended = summarizeEnd(this.#end, { listedTokens, contentEvents });
    const tokenArrivals = this.#tokenArrivals.pairsOf(ended.outputTokens, contentEvents);
    const isOneEach = ended.outputTokensSource !== 'event-count' && ended.outputTokens === contentEvents;
    return {
      firstTokenAtMs: this.#firstTokenAtMs,
      firstAnswerTokenAtMs: this.#firstAnswerAtMs,
      lastTokenAtMs: this.#lastTokenAtMs,
      arrivals: tokenArrivals ?? this.#arrivals.pairs,
      arrivalsUnit: tokenArrivals !== undefined || isOneEach ? 'tokens' : 'events',
      contentEvents,
      ...ended,
    };
  }

  findFailure(stream: StreamEnd): Failure | undefined {
    const ended = this.#end;
    const unended = unendedFailure(stream, {
      isTerminated: ended !== undefined,
      isEmpty: this.#contentEvents === 0,
      unit: 'content',
      terminator: 'without response.completed',
    });
    if (ended === undefined || unended !== undefined) return unended;
    const reported = ended.usage?.completionTokens;
    if (this.#contentEvents === 0 && ended.channels.length > 0) {
      return protocolFailure('STREAM_TRUNCATED', 'the last event has content of which no event told');
    }
    if (this.#contentEvents === 0 && ended.status === 'completed' && reported === undefined) {
      return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
    }
    if (reported === undefined) return undefined;
    const allowed = this.#maxOutputTokens ?? Number.POSITIVE_INFINITY;
    if (reported > allowed && Math.max(this.#contentEvents, this.#listedTokens ?? 0) <= allowed) {
      return protocolFailure(
        'USAGE_MISMATCH',
        `usage says ${reported} output tokens, but the request allowed ${allowed}`,
      );
    }
    if (reported >= this.#contentEvents) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${reported} output tokens, but ${this.#contentEvents} events carried content`,
    );
  }
}
