import { parseTritonEvent } from '@assay/wire';
import type { AnswerSummary } from '../decoding/answer-summary.ts';
import { cutFailure, type Failure, protocolFailure } from '../decoding/failure.ts';
import { isFramed, UNFRAMED } from '../decoding/framing.ts';
import type { StreamEnd, StreamProtocol } from '../decoding/stream-protocol.ts';
import { TokenProgress } from '../decoding/token-progress.ts';
import type { ReadWhole } from '../decoding/whole-body-decoder.ts';
import { AnswerLedger } from './answer-ledger.ts';
import { readTritonBody } from './generate-body.ts';

/**
 * Events of `generate_stream`. The extension has no terminator: the end of the HTTP body is the end, so a body that was cut, or whose
 * framing cannot tell a cut from an end, is no success. An event stream of no bytes at all is a legal answer of no tokens.
 */
export class TritonProtocol implements StreamProtocol {
  readonly readWhole: ReadWhole = readTritonBody;
  readonly mayBeEmpty = true;
  readonly #ledger = new AnswerLedger();
  readonly #progress = new TokenProgress();
  readonly isTerminated = false;

  get hasFirstToken(): boolean {
    return this.#progress.hasFirstToken;
  }

  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number, eventType: string): Failure | undefined {
    const failure = this.#read(bytes, start, end, atMs);
    return eventType === 'error' ? protocolFailure('STREAM_ERROR_EVENT', 'an event named error') : failure;
  }

  #read(bytes: Uint8Array, start: number, end: number, atMs: number): Failure | undefined {
    const event = parseTritonEvent(bytes, start, end);
    switch (event.kind) {
      case 'response':
        this.#ledger.add(event);
        this.#progress.add(atMs, event.hasContent, event.outputTokens);
        return undefined;
      case 'error':
        return protocolFailure('STREAM_ERROR_EVENT', event.message);
      case 'malformed':
        return protocolFailure('STREAM_MALFORMED', 'an event is no response of the generate extension');
    }
  }

  summarize(): AnswerSummary {
    return {
      ...this.#progress.times,
      ...this.#ledger.totals({ mayCountEvents: true, usageName: 'continuous-usage' }),
    };
  }

  findFailure({ end, headers, hasUnfinishedEvent }: StreamEnd): Failure | undefined {
    const ledger = this.#ledger;
    if (end.kind === 'cut') return cutFailure(end);
    if (hasUnfinishedEvent) return protocolFailure('STREAM_TRUNCATED', 'the last event is not whole');
    if (ledger.isWithoutOutput) return protocolFailure('STREAM_EMPTY', 'no response has an output');
    if (ledger.isAborted) return protocolFailure('SERVER_ABORTED', `the model ended with ${ledger.finishReason}`);
    if (ledger.isUnfinished) return protocolFailure('STREAM_TRUNCATED', 'the stream ended without a finish reason');
    if (!isFramed(headers) && !ledger.isFinished) return protocolFailure('STREAM_TRUNCATED', UNFRAMED);
    if (ledger.contentEvents > 0 && ledger.countedTokens === 0)
      return protocolFailure('USAGE_MISMATCH', 'num_output_tokens says 0, but there is content');
    return undefined;
  }
}
