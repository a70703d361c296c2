import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import {
  createOpenAiEventReader,
  createSseScanner,
  type EventShapes,
  type OpenAiChunk,
  type OpenAiEvent,
  type SseHandler,
} from '@assay/wire';
import { Arrivals } from '../decoding/arrivals.ts';
import { BodyText } from '../decoding/body-text.ts';
import { errorFieldFailure } from '../decoding/error-field.ts';
import { cutFailure, type Failure, protocolFailure } from '../decoding/failure.ts';
import { isFramed, UNFRAMED } from '../decoding/framing.ts';
import { asRefusedStream, isWholeBody } from '../decoding/refused-stream.ts';
import { TokenArrivals } from '../decoding/token-arrivals.ts';
import { UnreadBody } from '../decoding/unread-body.ts';
import { ChoiceLedger, type ToolFinish } from './choice-ledger.ts';
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
  readonly toolFinish: ToolFinish;
}

const COMPLETE: StreamEnding = { lacksDone: false, lacksFinishReason: false, toolFinish: 'needed' };

export interface StreamDecoderOptions {
  readonly verifyStream: boolean;
  /** Shared by the decoders of a service. */
  readonly shapes?: EventShapes;
  /** Answers that name this model are nothing to tell of. */
  readonly askedModel?: string;
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
  readonly #choices = new ChoiceLedger();
  readonly #unread = new UnreadBody();
  readonly #maxOutputTokens: number | undefined;
  readonly #ending: StreamEnding;
  #failure: Failure | undefined;
  #model: string | undefined;
  #fingerprint: string | undefined;
  readonly #askedModel: string | undefined;
  isTerminated = false;
  lastProgressAtMs: number | undefined;

  /** `maxOutputTokens`: what the request allowed; usage beyond it without the events to show for it is wrong. */
  constructor(options: StreamDecoderOptions, maxOutputTokens?: number) {
    this.#maxOutputTokens = maxOutputTokens;
    this.#askedModel = options.askedModel;
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
    this.#choices.add(chunk);
    this.#model ??= chunk.model;
    this.#fingerprint ??= chunk.fingerprint;
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
    this.#choices.addContent(chunk.contentIndexes, events);
    this.#lastTokenAtMs = atMs;
    this.#arrivals.add(atMs, events);
  }

  finish(end: BodyEnd): DecodedResponse {
    const body = this.#plainBody;
    if (body !== undefined) {
      return asRefusedStream(readPlainBody({ status: this.#status, headers: this.#headers, body, end }));
    }
    const usage = this.#usage.total;
    const failure = this.#failure ?? this.#findFailure(end);
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
      finishReason: this.#choices.finishReason,
      answeredModel: this.#model === this.#askedModel ? undefined : this.#model,
      systemFingerprint: this.#fingerprint,
      ...(tokenCounts.length > 1 ? { tokenCounts } : {}),
      ...(serverTimes === undefined ? {} : { serverTimes }),
    };
  }

  #findFailure(end: BodyEnd): Failure | undefined {
    if (end.kind === 'cut' && !this.isTerminated) return cutFailure(end);
    if (this.#choices.isAborted)
      return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
    if (this.#events === 0) return this.#unread.findFailure(this.#headers);
    if (this.#contentEvents === 0 && this.#choices.finished === 0) {
      return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
    }
    const unended = this.#findUnended();
    if (unended !== undefined) return protocolFailure('STREAM_TRUNCATED', unended);
    const { size, finished, fewestContentEvents, hasToolCall } = this.#choices;
    return this.#usage.mismatch({
      contentEvents: this.#contentEvents,
      fewestContentEvents,
      choices: Math.max(size, finished),
      hasToolCall,
      maxOutputTokens: this.#maxOutputTokens,
    });
  }

  /** Why the end of a body that came whole is not the end of the answer. */
  #findUnended(): string | undefined {
    const { lacksDone, lacksFinishReason, toolFinish } = this.#ending;
    if (!this.isTerminated && !lacksDone) return 'the stream ended without [DONE]';
    if (this.#scanner.hasUnfinishedEvent) return 'the last event is not whole';
    const isFinished = this.#choices.isFinished(toolFinish);
    if (!isFinished && !lacksFinishReason) return 'a choice did not finish';
    if (isFinished || this.isTerminated || isFramed(this.#headers)) return undefined;
    return UNFRAMED;
  }
}
