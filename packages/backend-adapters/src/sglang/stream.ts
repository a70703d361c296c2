import type { ServerTimes } from '@assay/loadgen';
import { readSglangEvent, type SglangOutput, type SglangTimes, toSglangEvent } from '@assay/wire';
import { type AnswerSummary, NO_ANSWER, NO_TIMES, readWholeObject } from '../decoding/answer-summary.ts';
import { type Failure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { listedMismatch } from '../decoding/listed-tokens.ts';
import { countRunningTokens } from '../decoding/output-tokens.ts';
import { type StreamEnd, type StreamProtocol, shrunkTotal, unendedEvents } from '../decoding/stream-protocol.ts';
import { TokenProgress } from '../decoding/token-progress.ts';
import type { ReadWhole } from '../decoding/whole-body-decoder.ts';
import { OutputGrowth } from './output-growth.ts';

/** `output_ids` may lack the token that ended the answer. */
const END_TOKEN = 1;
const MALFORMED = protocolFailure('STREAM_MALFORMED', 'an event is not the JSON it should be');

/** Events of `POST /generate` with `stream`: the last output has a finish reason, then comes `[DONE]`. */
export class GenerateProtocol implements StreamProtocol {
  readonly #progress = new TokenProgress();
  readonly #growth = new OutputGrowth();
  #last: SglangOutput | undefined;
  isTerminated = false;

  get hasFirstToken(): boolean {
    return this.#progress.hasFirstToken;
  }

  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number): Failure | undefined {
    const event = readSglangEvent(bytes, start, end);
    switch (event.kind) {
      case 'done':
        this.isTerminated = true;
        return undefined;
      case 'error':
        return protocolFailure('STREAM_ERROR_EVENT', event.message);
      case 'malformed':
        return MALFORMED;
      case 'output': {
        const { hasContent, newTokens } = this.#growth.add(event);
        this.#progress.add(atMs, hasContent, newTokens);
        this.#last = event;
        return abortOf(event);
      }
      default:
        return undefined;
    }
  }

  findFailure(stream: StreamEnd): Failure | undefined {
    const unended = unendedEvents(stream, this.isTerminated);
    if (unended !== undefined) return unended;
    const { contentEvents } = this.#progress;
    if (this.#last === undefined) return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
    const unfinished = unfinishedOf(this.#last);
    if (unfinished !== undefined) return unfinished;
    const told = this.#growth.completionTokens;
    const { completionTokens } = this.#last.usage;
    return (
      shrunkTotal('completion_tokens', completionTokens, { contentEvents, told }) ??
      listedMismatch('completion_tokens', { reported: completionTokens, listed: this.#growth.listedTokens }, END_TOKEN)
    );
  }

  summarize(): AnswerSummary {
    const { times } = this.#progress;
    if (this.#last === undefined) return { ...NO_ANSWER, ...times };
    return { ...times, ...toSummary(this.#last, this.#growth.listedTokens, times.contentEvents) };
  }
}

/** A body of `POST /generate` without `stream`. */
export const readGenerateBody: ReadWhole = readWholeObject((value) => {
  const answer = toSglangEvent(value);
  if (answer.kind !== 'output') {
    return {
      failure: protocolFailure('STREAM_MALFORMED', 'the body is no answer of /generate'),
      summary: NO_ANSWER,
    };
  }
  return {
    failure: abortOf(answer) ?? unfinishedOf(answer) ?? contradictionOf(answer),
    summary: { ...NO_TIMES, ...toSummary(answer, answer.tokenIds?.length, 0) },
  };
});

function abortOf({ finish }: SglangOutput): Failure | undefined {
  if (finish === undefined || !isAbortReason(finish.type)) return undefined;
  return protocolFailure('SERVER_ABORTED', finish.message ?? 'the server broke the answer off by its finish reason');
}

const unfinishedOf = ({ finish }: SglangOutput): Failure | undefined =>
  finish === undefined ? protocolFailure('STREAM_TRUNCATED', 'the answer did not finish') : undefined;

const contradictionOf = ({ usage, text, tokenIds }: SglangOutput): Failure | undefined =>
  usage.completionTokens === 0 && text !== undefined && text !== ''
    ? protocolFailure('USAGE_MISMATCH', 'completion_tokens is 0, but there is text')
    : listedMismatch('completion_tokens', { reported: usage.completionTokens, listed: tokenIds?.length }, END_TOKEN);

/** What the last output says of the whole answer. */
function toSummary(
  last: SglangOutput,
  listedTokens: number | undefined,
  contentEvents: number,
): Omit<AnswerSummary, keyof typeof NO_TIMES> {
  const { usage, finish } = last;
  const serverTimes = toServerTimes(last.times);
  return {
    ...countRunningTokens({
      reported: usage.completionTokens,
      isFinal: finish !== undefined,
      listed: listedTokens,
      contentEvents,
    }),
    usage,
    finishReason: finish?.type,
    ...(serverTimes === undefined ? {} : { serverTimes }),
  };
}

function toServerTimes({ queueMs, prefillMs, totalMs }: SglangTimes): ServerTimes | undefined {
  if (queueMs === undefined && prefillMs === undefined && totalMs === undefined) return undefined;
  return { queueMs, prefillMs, decodeMs: undefined, totalMs };
}
