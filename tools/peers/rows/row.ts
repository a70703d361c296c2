import type { ReadyClient } from '../client.ts';
import type { Sample, Trial } from '../measure.ts';

/** A figure of the table: one number or word from each sample; undefined where the sample does not hold it. */
export interface Figure {
  readonly name: string;
  readonly of: (sample: Sample, trial: Trial) => number | string | undefined;
  readonly digits?: number;
}

/** An experiment and the figures that are read from it. */
export interface Row {
  readonly trial: (client: ReadyClient) => Trial;
  readonly figures: readonly Figure[];
  /** Rounds that are enough where the result is no measurement but a fact. */
  readonly rounds?: number;
}

export const AS_FAST_AS_IT_GOES = { ttftUs: 0, itlUs: 0, serverOptions: ['prebuilt'], budgetMs: 120_000 } as const;

/** A median or a p99 of a client that gave none is no figure. */
export const minus = (reported: number | undefined, truth: number | undefined): number | undefined =>
  reported === undefined || truth === undefined ? undefined : reported - truth;

/** Whether the server saw every request of the load; figures of a part of it are none. */
export const isWhole = ({ seen }: Sample, { load }: Trial): boolean => seen.length === load.requests;
