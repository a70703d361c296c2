import type { DecodedResponse } from '@assay/loadgen';
import type { Failure } from './failure.ts';

/** What a protocol's events add up to once they have ended. */
export type AnswerSummary = Omit<DecodedResponse, 'outcome' | 'code' | 'message'>;

/** A runtime's own streaming protocol over server-sent events; one object per response. */
export interface StreamProtocol {
  /** True once the protocol's own terminator was seen. */
  readonly isTerminated: boolean;
  readonly hasFirstToken: boolean;
  /** Reads the data of one event; a failure that it tells of ends the answer as failed. */
  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number): Failure | undefined;
  /** What is wrong with a stream that came to its end; `undefined` when nothing is. */
  findFailure(): Failure | undefined;
  summarize(): AnswerSummary;
}

/** Nothing of an answer came, or nothing that has times: the whole body comes at once. */
export const NO_TIMES: Pick<
  DecodedResponse,
  'firstTokenAtMs' | 'firstAnswerTokenAtMs' | 'lastTokenAtMs' | 'arrivals' | 'arrivalsUnit' | 'contentEvents'
> = {
  firstTokenAtMs: undefined,
  firstAnswerTokenAtMs: undefined,
  lastTokenAtMs: undefined,
  arrivals: [],
  arrivalsUnit: 'events',
  contentEvents: 0,
};

export const NO_ANSWER: AnswerSummary = {
  ...NO_TIMES,
  outputTokens: undefined,
  outputTokensSource: 'unavailable',
  usage: undefined,
  finishReason: undefined,
};
