import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { readErrorMessage, readResponseEnd } from '@assay/wire';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, protocolFailure } from '../decoding/failure.ts';
import { countsOf } from './responses-counts.ts';

/** Reads an answer of `/v1/responses` that is not streamed. */
export class ResponsesPlainDecoder implements ResponseDecoder {
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
    return readResponsesBody(this.#status, this.#body, end);
  }
}

const readMessage = (body: string): string | undefined => {
  const value = parseObject(body);
  return value === undefined ? undefined : readErrorMessage(value);
};

/** What a whole body says; also for a refused stream, whose error is no stream. */
export function readResponsesBody(status: number, body: BodyText, end: BodyEnd): DecodedResponse {
  const { text } = body;
  const value = parseObject(text);
  const ended = value === undefined ? undefined : readResponseEnd(value);
  const failure = findFailure(status, text, value, body.isTooLarge, end);
  return {
    outcome: failure?.outcome ?? 'ok',
    code: failure?.code,
    message: failure?.message,
    firstTokenAtMs: undefined,
    firstAnswerTokenAtMs: undefined,
    lastTokenAtMs: undefined,
    arrivals: [],
    arrivalsUnit: 'events',
    contentEvents: 0,
    ...countsOf(ended, { listedTokens: undefined, contentEvents: 0 }),
    usage: ended?.usage,
    finishReason: ended?.reason,
  };
}

function findFailure(
  status: number,
  text: string,
  value: Readonly<Record<string, unknown>> | undefined,
  isTooLarge: boolean,
  end: BodyEnd,
): Failure | undefined {
  if (status < 200 || status > 299) return httpFailure(status, text, readMessage);
  if (end.kind === 'cut') return cutFailure(end);
  if (isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
  if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
  if (value === undefined) {
    const got = JSON.stringify(text.trim().slice(0, 80));
    return protocolFailure(
      /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED',
      `expected a JSON object, got ${got}`,
    );
  }
  const ended = readResponseEnd(value);
  if (ended?.status === 'failed') return protocolFailure('ERROR_BODY', ended.message);
  const message = readErrorMessage(value);
  if (message !== undefined) return protocolFailure('ERROR_BODY', message);
  if (ended === undefined) return protocolFailure('STREAM_MALFORMED', 'the body is no response that has ended');
  if (ended.status === 'cancelled') return protocolFailure('SERVER_ABORTED', 'the server broke the answer off');
  if (ended.channels.length > 0 && ended.usage?.completionTokens === 0) {
    return protocolFailure('USAGE_MISMATCH', 'usage says 0 output tokens, but there is content');
  }
  // A limit that is met before any text is an answer; a complete one without any output is none.
  if (ended.channels.length === 0 && ended.status === 'completed' && ended.usage?.completionTokens === undefined) {
    return protocolFailure('STREAM_EMPTY', 'the response has no output');
  }
  return undefined;
}
