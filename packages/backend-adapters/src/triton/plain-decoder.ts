import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { parseTritonEvent, readKserveError, type TritonEvent } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-protocol.ts';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, protocolFailure } from '../decoding/failure.ts';
import { AnswerLedger } from './answer-ledger.ts';

/** Reads an answer of `generate`: one response, and no first token. */
export class TritonPlainDecoder implements ResponseDecoder {
  readonly #body = new BodyText();
  #status = 0;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  onHeaders(status: number): void {
    this.#status = status;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    return readTritonBody(this.#status, this.#body, end);
  }
}

/** The message of an error body. Triton answers 400 with a body of server-sent events when a model fails before its first response. */
export function readErrorText(body: string): string | undefined {
  const value = parseObject(body.replace(/^\s*data:/, ''));
  return value === undefined ? undefined : readKserveError(value);
}

/** What a whole body says; also for a refused stream. */
export function readTritonBody(status: number, body: BodyText, end: BodyEnd): DecodedResponse {
  const ledger = new AnswerLedger();
  const event = status >= 200 && status <= 299 && end.kind === 'complete' ? parseBody(body) : undefined;
  if (event?.kind === 'response') ledger.add(event);
  const failure = findFailure({ status, body, end, event, ledger });
  return {
    outcome: failure?.outcome ?? 'ok',
    code: failure?.code,
    message: failure?.message,
    ...NO_TIMES,
    ...ledger.totals({ mayCountEvents: false, usageName: 'usage' }),
  };
}

function parseBody(body: BodyText): TritonEvent {
  const { bytes } = body;
  return parseTritonEvent(bytes, 0, bytes.length);
}

function findFailure(answer: {
  readonly status: number;
  readonly body: BodyText;
  readonly end: BodyEnd;
  readonly event: TritonEvent | undefined;
  readonly ledger: AnswerLedger;
}): Failure | undefined {
  const { status, body, end, event, ledger } = answer;
  if (status < 200 || status > 299) return httpFailure(status, body.text, readErrorText);
  if (end.kind === 'cut') return cutFailure(end);
  if (body.isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
  if (event?.kind === 'error') return protocolFailure('ERROR_BODY', event.message);
  if (event?.kind !== 'response') return malformedBody(body.text);
  if (ledger.isAborted) return protocolFailure('SERVER_ABORTED', `the model ended with ${ledger.finishReason}`);
  if (ledger.isUnfinished) return protocolFailure('STREAM_TRUNCATED', 'the answer has no finish reason');
  if (event.hasContent && ledger.countedTokens === 0)
    return protocolFailure('USAGE_MISMATCH', 'num_output_tokens says 0, but there is content');
  return undefined;
}

function malformedBody(text: string): Failure {
  if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
  return protocolFailure(
    /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED',
    `expected a response of the generate extension, got ${JSON.stringify(text.trim().slice(0, 80))}`,
  );
}
