import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { createSseScanner, type SseHandler } from '@assay/wire';
import { NO_ANSWER, type StreamProtocol } from './answer-protocol.ts';
import { BodyText } from './body-text.ts';
import { cutFailure, type Failure, protocolFailure } from './failure.ts';
import { readWholeBody } from './whole-body.ts';

const IS_WHOLE_BODY = /json|html/;

/**
 * Reads a streamed answer of a runtime's own protocol: framing, refusals, cuts and error events are the same for all of them. A stream
 * is good when its terminator came and nothing in it said otherwise.
 */
export class NativeStreamDecoder implements ResponseDecoder, SseHandler {
  readonly #protocol: StreamProtocol;
  readonly #scanner = createSseScanner(this);
  #status = 0;
  #plainBody: BodyText | undefined;
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
    const isEventStream = status >= 200 && status <= 299 && !IS_WHOLE_BODY.test(headers.get('content-type') ?? '');
    if (!isEventStream) this.#plainBody = new BodyText();
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
    this.#failure ??= protocolFailure('STREAM_MALFORMED', 'an event is larger than the limit');
  }

  onEvent(bytes: Uint8Array, start: number, end: number, eventType: string): void {
    this.lastProgressAtMs = this.#atMs;
    this.#events += 1;
    const failure = this.#protocol.readEvent(bytes, start, end, this.#atMs);
    this.#failure ??=
      failure ?? (eventType === 'error' ? protocolFailure('STREAM_ERROR_EVENT', 'an event named error') : undefined);
  }

  finish(end: BodyEnd): DecodedResponse {
    if (this.#plainBody !== undefined) {
      const body = readWholeBody(this.#status, this.#plainBody, end);
      const failure =
        'failure' in body
          ? body.failure
          : protocolFailure('STREAM_MALFORMED', 'the server answered a stream request with a whole body');
      return { ...NO_ANSWER, ...failure };
    }
    const failure = this.#failure ?? this.#findFailure(end);
    return {
      ...this.#protocol.summarize(),
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
    };
  }

  #findFailure(end: BodyEnd): Failure | undefined {
    if (end.kind === 'cut' && !this.isTerminated) return cutFailure(end);
    if (this.#events === 0) return protocolFailure('STREAM_EMPTY', 'the stream ended without any event');
    if (!this.isTerminated) return protocolFailure('STREAM_TRUNCATED', 'the stream ended without its terminator');
    return this.#protocol.findFailure();
  }
}
