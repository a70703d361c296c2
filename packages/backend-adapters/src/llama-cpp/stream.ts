import { type LlamaCppCompletion, readLlamaCppEvent, toLlamaCppEvent } from '@assay/wire';
import { type AnswerSummary, NO_ANSWER, NO_TIMES, readWholeObject } from '../decoding/answer-summary.ts';
import { type Failure, protocolFailure } from '../decoding/failure.ts';
import { countRunningTokens } from '../decoding/output-tokens.ts';
import { toServerTimes } from '../decoding/server-times.ts';
import { type StreamEnd, type StreamProtocol, shrunkTotal, unendedEvents } from '../decoding/stream-protocol.ts';
import { TokenProgress } from '../decoding/token-progress.ts';
import type { ReadWhole } from '../decoding/whole-body-decoder.ts';

const MALFORMED = protocolFailure('STREAM_MALFORMED', 'an event is not the JSON it should be');

/** Events of `POST /completion` with `stream`: the last one has `stop: true`, and nothing follows it. */
export class CompletionProtocol implements StreamProtocol {
  readonly #progress = new TokenProgress();
  #predicted = 0;
  #last: LlamaCppCompletion | undefined;

  get isTerminated(): boolean {
    return this.#last?.isLast === true;
  }

  get hasFirstToken(): boolean {
    return this.#progress.hasFirstToken;
  }

  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number): Failure | undefined {
    const event = readLlamaCppEvent(bytes, start, end);
    if (event.kind === 'error') return protocolFailure('STREAM_ERROR_EVENT', event.message);
    if (event.kind === 'malformed') return MALFORMED;
    if (event.kind === 'empty') return undefined;
    if (this.isTerminated) return protocolFailure('STREAM_MALFORMED', 'an event follows the last one');
    const { predictedTokens } = event;
    this.#progress.add(
      atMs,
      event.hasContent,
      predictedTokens === undefined ? undefined : Math.max(0, predictedTokens - this.#predicted),
    );
    this.#predicted = Math.max(this.#predicted, predictedTokens ?? 0);
    this.#last = event;
    return undefined;
  }

  findFailure(stream: StreamEnd): Failure | undefined {
    const unended = unendedEvents(stream, this.isTerminated);
    if (unended !== undefined) return unended;
    const { contentEvents } = this.#progress;
    return shrunkTotal('tokens_predicted', this.#last?.predictedTokens, { contentEvents, told: this.#predicted });
  }

  /** An event lists its last token alone, whatever number it carries: that counts events, so it is no source here. */
  summarize(): AnswerSummary {
    const { times } = this.#progress;
    if (this.#last === undefined) return { ...NO_ANSWER, ...times };
    return { ...times, ...toSummary(this.#last, undefined, times.contentEvents) };
  }
}

/** A body of `POST /completion` without `stream`. */
export const readCompletionBody: ReadWhole = readWholeObject((value) => {
  const answer = toLlamaCppEvent(value);
  if (answer.kind !== 'completion' || !answer.isLast) {
    return {
      failure: protocolFailure('STREAM_MALFORMED', 'the body is no complete answer of /completion'),
      summary: NO_ANSWER,
    };
  }
  const failure =
    answer.predictedTokens === 0 && answer.hasContent
      ? protocolFailure('USAGE_MISMATCH', 'tokens_predicted is 0, but there is content')
      : undefined;
  return { failure, summary: { ...NO_TIMES, ...toSummary(answer, answer.listedTokens, 0) } };
});

type CountedSummary = Omit<AnswerSummary, keyof typeof NO_TIMES>;

/** What the last event, or the body, says of the whole answer; `listedTokens` where its `tokens` name all of them. */
function toSummary(
  answer: LlamaCppCompletion,
  listedTokens: number | undefined,
  contentEvents: number,
): CountedSummary {
  const { predictedTokens, promptTokens, timings } = answer;
  return {
    ...countRunningTokens({
      reported: predictedTokens,
      isFinal: answer.isLast,
      timed: timings?.predictedTokens,
      listed: listedTokens,
      contentEvents,
    }),
    usage: {
      promptTokens,
      completionTokens: predictedTokens,
      cachedTokens: timings?.cachedTokens,
      reasoningTokens: undefined,
    },
    finishReason: answer.stopType,
    ...(timings === undefined ? {} : { serverTimes: toServerTimes(timings) }),
  };
}
