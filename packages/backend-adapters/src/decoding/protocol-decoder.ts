import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { createSseScanner, type SseHandler } from '@assay/wire';
import { NO_ANSWER } from './answer-summary.ts';
import { BodyText } from './body-text.ts';
import { errorFieldFailure } from './error-field.ts';
import { type Failure, outcomeOf, protocolFailure } from './failure.ts';
import { asRefusedStream, isEventStream, isWholeBody } from './refused-stream.ts';
import type { StreamProtocol } from './stream-protocol.ts';
import { UnreadBody } from './unread-body.ts';
import { readJsonBody } from './whole-body.ts';
import type { ReadWhole } from './whole-body-decoder.ts';

const readFailureAlone: ReadWhole = (answer) => ({ ...NO_ANSWER, ...outcomeOf(readJsonBody(answer).failure) });

/**
 * Reads a streamed answer whose protocol is told by an object: framing, refusals, stamps and error events are the same for all of them.
 * A stream is good when its protocol says that it ended well and nothing in it said otherwise; a body without any event is none.
 */
export class ProtocolDecoder implements ResponseDecoder, SseHandler {
  readonly #protocol: StreamProtocol;
  readonly #scanner = createSseScanner(this);
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  #plainBody: BodyText | undefined;
  readonly #unread = new UnreadBody();
  #atMs = 0;
  #events = 0;
  #failure: Failure | undefined;
  lastProgressAtMs: number | undefined;

  constructor(protocol: StreamProtocol) {
    this.#protocol = protocol;
  }

  get isTerminated(): boolean {
    return this.#protocol.isTerminated;
  }

  get hasFirstToken(): boolean {
    return this.#protocol.hasFirstToken;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
    if (isWholeBody(status, headers)) this.#plainBody = new BodyText();
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#atMs = atMs;
    if (this.#plainBody === undefined) {
      this.#scanner.push(bytes, start, end);
      if (this.#events === 0) this.#unread.keep(bytes, start, end);
      return;
    }
    this.lastProgressAtMs = atMs;
    this.#plainBody.append(bytes, start, end);
  }

  onTooLarge(): void {
    this.#failure ??= protocolFailure('STREAM_MALFORMED', 'an event is larger than the limit');
  }

  onErrorField(text: string): void {
    this.lastProgressAtMs = this.#atMs;
    this.#failure ??= errorFieldFailure(text);
  }

  onEvent(bytes: Uint8Array, start: number, end: number, eventType: string): void {
    this.lastProgressAtMs = this.#atMs;
    this.#events += 1;
    const failure = this.#protocol.readEvent(bytes, start, end, this.#atMs, eventType);
    this.#failure ??=
      failure ?? (eventType === 'error' ? protocolFailure('STREAM_ERROR_EVENT', 'an event named error') : undefined);
  }

  finish(end: BodyEnd): DecodedResponse {
    const headers = this.#headers;
    if (this.#plainBody !== undefined) {
      const read = this.#protocol.readWhole ?? readFailureAlone;
      return asRefusedStream(read({ status: this.#status, headers, body: this.#plainBody, end }));
    }
    const missing = this.#failure ?? this.#findMissing(end);
    if (this.#events === 0 && missing !== undefined) return { ...NO_ANSWER, ...outcomeOf(missing) };
    const { hasUnfinishedEvent } = this.#scanner;
    const failure = missing ?? this.#protocol.findFailure({ end, headers, events: this.#events, hasUnfinishedEvent });
    return { ...this.#protocol.summarize(), ...outcomeOf(failure) };
  }

  /** A whole body of which no event came, where the protocol does not know an answer of nothing at all. */
  #findMissing(end: BodyEnd): Failure | undefined {
    if (this.#events > 0 || end.kind === 'cut') return undefined;
    const isNothing = this.#unread.isEmpty && isEventStream(this.#headers);
    return isNothing && this.#protocol.mayBeEmpty === true ? undefined : this.#unread.findFailure(this.#headers);
  }
}
