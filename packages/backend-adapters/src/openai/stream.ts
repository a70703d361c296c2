import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import {
  createOpenAiEventReader,
  createSseScanner,
  type EventShapes,
  type OpenAiChunk,
  type OpenAiEvent,
  type OpenAiUsage,
  type SseHandler,
} from '@assay/wire';
import { Arrivals } from '../decoding/arrivals.ts';
import { BodyText } from '../decoding/body-text.ts';
import { errorFieldFailure } from '../decoding/error-field.ts';
import { cutFailure, type Failure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { isFramed, UNFRAMED } from '../decoding/framing.ts';
import { asRefusedStream, isWholeBody } from '../decoding/refused-stream.ts';
import { TokenArrivals } from '../decoding/token-arrivals.ts';
import { UnreadBody } from '../decoding/unread-body.ts';
import { readPlainBody } from './plain-body.ts';
import { UsageLedger } from './usage-ledger.ts';

/** `data: ` before an event and the blank line behind it. */
const FRAME_START_BYTES = 6;
const FRAME_END_BYTES = 2;

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** What whole streams of some servers lack. Then the end of the HTTP body is the end, where its framing proves it. */
export interface StreamEnding {
  readonly lacksDone: boolean;
  readonly lacksFinishReason: boolean;
}

const COMPLETE: StreamEnding = { lacksDone: false, lacksFinishReason: false };

export interface StreamDecoderOptions {
  readonly verifyStream: boolean;
  /** Shared by the decoders of a service. */
  readonly shapes?: EventShapes;
  /** What a whole stream of this server is known to lack; nothing unless said. */
  readonly ending?: StreamEnding | undefined;
}

/**
 * Reads a streamed answer. It is good when a choice finished, the terminator came and no event said otherwise; what fails
 * is told apart by code, and the times of what did arrive are kept.
 */
export class StreamDecoder implements ResponseDecoder, SseHandler {
  readonly #reader;
  readonly #verifier;
  readonly #scanner = createSseScanner(this);
  readonly #usage = new UsageLedger();
  readonly #arrivals = new Arrivals();
  readonly #tokenArrivals = new TokenArrivals();
  #status = 0;
  #headers = NO_HEADERS;
  #isEventStream = true;
  #plainBody: BodyText | undefined;
  #atMs = 0;
  #firstTokenAtMs: number | undefined;
  #firstAnswerAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #contentEvents = 0;
  #events = 0;
  #hasToolCall = false;
  /** A bit for each choice below 31 that had content. */
  #seenChoices = 0;
  #seenHighChoices: Set<number> | undefined;
  readonly #unread = new UnreadBody();
  readonly #maxOutputTokens: number | undefined;
  readonly #ending: StreamEnding;
  #finishReasons = new Map<number, string>();
  #failure: Failure | undefined;
  isTerminated = false;
  lastProgressAtMs: number | undefined;

  /** `maxOutputTokens`: what the request allowed; usage beyond it without the events to show for it is wrong. */
  constructor(options: StreamDecoderOptions, maxOutputTokens?: number) {
    this.#maxOutputTokens = maxOutputTokens;
    this.#ending = options.ending ?? COMPLETE;
    this.#reader = createOpenAiEventReader(options.shapes === undefined ? {} : { shapes: options.shapes });
    this.#verifier = options.verifyStream ? createOpenAiEventReader({ isFastPathOff: true }) : undefined;
  }

  get hasFirstToken(): boolean {
    return this.#firstTokenAtMs !== undefined;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
    this.#isEventStream = !isWholeBody(status, headers);
    if (!this.#isEventStream) this.#plainBody = new BodyText();
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#atMs = atMs;
    if (this.#isEventStream) {
      const position = this.#skipKnownEvents(bytes, start, end);
      if (position < end) this.#scanner.push(bytes, position, end);
      if (this.#events === 0) this.#unread.keep(bytes, start, end);
      return;
    }
    this.lastProgressAtMs = atMs;
    this.#plainBody?.append(bytes, start, end);
  }

  /** Takes the content events at the front that are told by their bytes alone; returns the offset of the first other one. */
  #skipKnownEvents(bytes: Uint8Array, start: number, end: number): number {
    const reader = this.#reader;
    const event = reader.frameEvent;
    if (event === undefined || this.isTerminated || !this.#scanner.isBetweenEvents) return start;
    let position = start;
    let frames = 0;
    while (position < end) {
      const next = reader.skipFrame(bytes, position, end);
      if (next < 0) break;
      if (this.#verifier !== undefined) {
        this.#verify(event, this.#verifier.read(bytes, position + FRAME_START_BYTES, next - FRAME_END_BYTES));
      }
      position = next;
      frames += 1;
    }
    if (frames === 0) return position;
    this.#events += frames;
    this.lastProgressAtMs = this.#atMs;
    this.#onContent(event, frames);
    return position;
  }

  onTooLarge(): void {
    this.#fail(protocolFailure('STREAM_MALFORMED', 'an event is larger than the limit'));
  }

  onErrorField(text: string): void {
    if (this.isTerminated) return;
    this.lastProgressAtMs = this.#atMs;
    this.#fail(errorFieldFailure(text));
  }

  onEvent(bytes: Uint8Array, start: number, end: number, eventType: string): void {
    // Clients stop reading at the terminator: what a server sends behind it belongs to nobody.
    if (this.isTerminated) return;
    this.lastProgressAtMs = this.#atMs;
    this.#events += 1;
    const event = this.#reader.read(bytes, start, end);
    if (this.#verifier !== undefined) this.#verify(event, this.#verifier.read(bytes, start, end));
    // Dynamo and others name their error events; the data of one need not look like an error.
    if (eventType === 'error') {
      this.#fail(
        protocolFailure('STREAM_ERROR_EVENT', event.kind === 'error' ? event.message : 'an event named error'),
      );
      return;
    }
    switch (event.kind) {
      case 'chunk':
        this.#onChunk(event);
        return;
      case 'done':
        this.isTerminated = true;
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

  #verify(fast: OpenAiEvent, full: OpenAiEvent): void {
    if (JSON.stringify(fast) !== JSON.stringify(full))
      this.#fail(protocolFailure('STREAM_MALFORMED', 'the fast path and the full parse of an event disagree'));
  }

  #onChunk(chunk: OpenAiChunk): void {
    if (chunk.hasContent) {
      this.#onContent(chunk, 1);
      this.#tokenArrivals.add(this.#atMs, this.#usage.takeTokens(chunk));
    }
    const { finishReasons, choiceIndexes } = chunk;
    for (let i = 0; i < finishReasons.length; i++)
      this.#finishReasons.set(choiceIndexes[i] ?? i, finishReasons[i] ?? '');
    if (chunk.usage !== undefined) this.#usage.add(chunk.usage, chunk);
    if (chunk.timings !== undefined) this.#usage.addTimings(chunk.timings, chunk);
    if (chunk.listedTokens !== undefined) this.#usage.addListed(chunk.listedTokens);
  }

  /** `events` like this one came with the current read. */
  #onContent(chunk: OpenAiChunk, events: number): void {
    const atMs = this.#atMs;
    this.#contentEvents += events;
    this.#firstTokenAtMs ??= atMs;
    if (chunk.hasAnswer) this.#firstAnswerAtMs ??= atMs;
    this.#onChoices(chunk.choiceIndexes);
    if (chunk.hasToolCall) this.#hasToolCall = true;
    this.#lastTokenAtMs = atMs;
    this.#arrivals.add(atMs, events);
  }

  #onChoices(indexes: readonly number[]): void {
    for (const index of indexes) {
      if (index >= 0 && index < 31) this.#seenChoices |= 1 << index;
      else this.#seenHighChoices = (this.#seenHighChoices ?? new Set()).add(index);
    }
  }

  finish(end: BodyEnd): DecodedResponse {
    const body = this.#plainBody;
    if (body !== undefined) {
      return asRefusedStream(readPlainBody({ status: this.#status, headers: this.#headers, body, end }));
    }
    const usage = this.#usage.total;
    const failure = this.#failure ?? this.#findFailure(end, usage);
    const { tokens, source } = this.#usage.outputTokens(this.#contentEvents);
    const tokenArrivals = this.#tokenArrivals.pairsOf(tokens, this.#contentEvents);
    const tokenCounts = this.#usage.counts();
    // Events that were only counted say nothing of the tokens in them.
    const isOneEach = source !== 'event-count' && tokens === this.#contentEvents;
    const { serverTimes } = this.#usage;
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      firstTokenAtMs: this.#firstTokenAtMs,
      firstAnswerTokenAtMs: this.#firstAnswerAtMs,
      lastTokenAtMs: this.#lastTokenAtMs,
      arrivals: tokenArrivals ?? this.#arrivals.pairs,
      arrivalsUnit: tokenArrivals !== undefined || isOneEach ? 'tokens' : 'events',
      contentEvents: this.#contentEvents,
      outputTokens: tokens,
      outputTokensSource: source,
      usage,
      finishReason: joinReasons(this.#finishReasons),
      ...(tokenCounts.length > 1 ? { tokenCounts } : {}),
      ...(serverTimes === undefined ? {} : { serverTimes }),
    };
  }

  #findFailure(end: BodyEnd, usage: OpenAiUsage | undefined): Failure | undefined {
    if (end.kind === 'cut' && !this.isTerminated) return cutFailure(end);
    if (hasAbort(this.#finishReasons))
      return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
    if (this.#events === 0) return this.#unread.findFailure(this.#headers);
    if (this.#contentEvents === 0 && this.#finishReasons.size === 0) {
      return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
    }
    const unended = this.#findUnended();
    if (unended !== undefined) return protocolFailure('STREAM_TRUNCATED', unended);
    return this.#usage.mismatch(usage, this.#contentEvents, this.#finishReasons.size, this.#maxOutputTokens);
  }

  /** Why the end of a body that came whole is not the end of the answer. */
  #findUnended(): string | undefined {
    const { lacksDone, lacksFinishReason } = this.#ending;
    if (!this.isTerminated && !lacksDone) return 'the stream ended without [DONE]';
    if (this.#scanner.hasUnfinishedEvent) return 'the last event is not whole';
    // TGI streams tool calls without a finish reason; everywhere else its absence means that the end is missing.
    const isFinished =
      this.#hasToolCall ||
      this.#finishReasons.size >= Math.max(1, countBits(this.#seenChoices) + (this.#seenHighChoices?.size ?? 0));
    if (!isFinished && !lacksFinishReason) return 'a choice did not finish';
    if (isFinished || this.isTerminated || isFramed(this.#headers)) return undefined;
    return UNFRAMED;
  }
}

function hasAbort(reasons: ReadonlyMap<number, string>): boolean {
  for (const reason of reasons.values()) if (isAbortReason(reason)) return true;
  return false;
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** The reasons in the order of their choices; `undefined` when there is none. */
function joinReasons(reasons: ReadonlyMap<number, string>): string | undefined {
  if (reasons.size <= 1) return reasons.values().next().value || undefined;
  return (
    [...reasons]
      .sort(([a], [b]) => a - b)
      .map(([, reason]) => reason)
      .join(',') || undefined
  );
}
