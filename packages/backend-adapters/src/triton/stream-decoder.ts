import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { createSseScanner, parseTritonEvent, type SseHandler, type TritonResponse } from '@assay/wire';
import { BodyText } from '../decoding/body-text.ts';
import { cutFailure, type Failure, protocolFailure } from '../decoding/failure.ts';
import { TokenProgress } from '../decoding/token-progress.ts';
import { AnswerLedger } from './answer-ledger.ts';
import { readTritonBody } from './plain-decoder.ts';

/**
 * Reads an answer of `generate_stream`. The extension has no terminator: the end of the HTTP body is the end, so a body that was
 * cut, or whose framing cannot tell a cut from an end, is no success. No event at all is a legal answer of no tokens.
 */
export class TritonStreamDecoder implements ResponseDecoder, SseHandler {
  readonly #scanner = createSseScanner(this);
  readonly #ledger = new AnswerLedger();
  readonly #progress = new TokenProgress();
  #status = 0;
  #plainBody: BodyText | undefined;
  #isFramed = false;
  #atMs = 0;
  #failure: Failure | undefined;
  readonly isTerminated = false;
  lastProgressAtMs: number | undefined;

  get hasFirstToken(): boolean {
    return this.#progress.hasFirstToken;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    const isEventStream = status >= 200 && status <= 299 && !/json|html/.test(headers.get('content-type') ?? '');
    if (!isEventStream) this.#plainBody = new BodyText();
    this.#isFramed = headers.has('transfer-encoding') || headers.has('content-length');
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
    if (eventType === 'error') this.#failure ??= protocolFailure('STREAM_ERROR_EVENT', 'an event named error');
    const event = parseTritonEvent(bytes, start, end);
    switch (event.kind) {
      case 'response':
        this.#onResponse(event);
        return;
      case 'error':
        this.#failure ??= protocolFailure('STREAM_ERROR_EVENT', event.message);
        return;
      case 'malformed':
        this.#failure ??= protocolFailure('STREAM_MALFORMED', 'an event is no response of the generate extension');
        return;
      default:
        event satisfies never;
    }
  }

  #onResponse(response: TritonResponse): void {
    this.#ledger.add(response);
    this.#progress.add(this.#atMs, response.hasContent, response.outputTokens);
  }

  finish(end: BodyEnd): DecodedResponse {
    if (this.#plainBody !== undefined) return asRefusal(readTritonBody(this.#status, this.#plainBody, end));
    const failure = this.#failure ?? this.#findFailure(end);
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      ...this.#progress.times,
      ...this.#ledger.totals({ mayCountEvents: true, usageName: 'continuous-usage' }),
    };
  }

  #findFailure(end: BodyEnd): Failure | undefined {
    const ledger = this.#ledger;
    if (end.kind === 'cut') return cutFailure(end);
    if (this.#scanner.hasUnfinishedEvent) return protocolFailure('STREAM_TRUNCATED', 'the last event is not whole');
    if (ledger.isAborted) return protocolFailure('SERVER_ABORTED', `the model ended with ${ledger.finishReason}`);
    if (ledger.isUnfinished) return protocolFailure('STREAM_TRUNCATED', 'the stream ended without a finish reason');
    if (!this.#isFramed && !ledger.isFinished) {
      return protocolFailure(
        'STREAM_TRUNCATED',
        'the body has neither chunks nor a length, so its end cannot be told from a broken connection',
      );
    }
    if (ledger.contentEvents > 0 && ledger.countedTokens === 0)
      return protocolFailure('USAGE_MISMATCH', 'num_output_tokens says 0, but there is content');
    return undefined;
  }
}

/** A stream was asked for: a whole body under 200 is no answer to that, even when it holds one. */
function asRefusal(decoded: DecodedResponse): DecodedResponse {
  if (decoded.outcome !== 'ok') return decoded;
  return {
    ...decoded,
    ...protocolFailure('STREAM_MALFORMED', 'the server answered a stream request with a whole body'),
  };
}
