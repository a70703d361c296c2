import type { DecodedResponse } from '@assay/loadgen';
import { type Failure, outcomeOf } from './failure.ts';
import { readJsonBody } from './whole-body.ts';
import type { ReadWhole } from './whole-body-decoder.ts';

/** What an answer adds up to once it has ended. */
export type AnswerSummary = Omit<DecodedResponse, 'outcome' | 'code' | 'message'>;

/** The part of an answer's record that speaks of times. */
export type AnswerTimes = Pick<
  DecodedResponse,
  'firstTokenAtMs' | 'firstAnswerTokenAtMs' | 'lastTokenAtMs' | 'arrivals' | 'arrivalsUnit' | 'contentEvents'
>;

/** Nothing of an answer came, or nothing that has times: the whole body comes at once. */
export const NO_TIMES: AnswerTimes = {
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

/** What the JSON object of a body says. */
type ReadObject = (value: Readonly<Record<string, unknown>>) => {
  readonly failure: Failure | undefined;
  readonly summary: AnswerSummary;
};

/** Reads whole answers that are one JSON object; of a failed one nothing is taken but its failure. */
export const readWholeObject =
  (readObject: ReadObject): ReadWhole =>
  (answer) => {
    const body = readJsonBody(answer);
    if (body.failure !== undefined) return { ...NO_ANSWER, ...outcomeOf(body.failure) };
    const { failure, summary } = readObject(body.value);
    return { ...summary, ...outcomeOf(failure) };
  };
