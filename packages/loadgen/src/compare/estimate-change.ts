import { momentsOf, nearestRank, sortAscending } from '@assay/stats';
import type { RandomStream } from '@assay/timebase';

/** A figure with the standard error of its logarithm. */
export interface LogFigure {
  readonly log: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** Consecutive parts that are resampled as wholes: neighbours under load are alike. */
const BLOCKS = 30;
const RESAMPLES = 400;
const LEAST_VALUES = 2 * BLOCKS;

/** Figures of several runs: what one run says is one value. `undefined` below two, or where one is not above 0. */
export function logOfRuns(values: readonly number[]): LogFigure | undefined {
  if (values.length < 2 || values.some((value) => value <= 0)) return undefined;
  const moments = momentsOf(values.map(Math.log));
  if (moments?.variance === undefined) return undefined;
  return {
    log: moments.mean,
    standardError: Math.sqrt(moments.variance / moments.count),
    degreesOfFreedom: moments.count - 1,
  };
}

/** Mean rate of a window from the rates of its parts. */
export function logOfParts(parts: readonly number[]): LogFigure | undefined {
  const moments = momentsOf(parts);
  if (moments?.variance === undefined || moments.mean <= 0) return undefined;
  // First and last part hold the ramp at both ends; the spread of all is taken, which errs on the wide side.
  const standardError = Math.sqrt(moments.variance / moments.count) / moments.mean;
  return { log: Math.log(moments.mean), standardError, degreesOfFreedom: moments.count - 1 };
}

/**
 * Quantile of latencies in the order of their due times, its error by a bootstrap of whole blocks: the sorted sample stays, and each
 * resample counts how often the block of a value was drawn. `undefined` below 60 values.
 */
export function logOfQuantile(values: readonly number[], q: number, random: RandomStream): LogFigure | undefined {
  if (values.length < LEAST_VALUES) return undefined;
  const sorted = sortAscending(values);
  const estimate = sorted[nearestRank(sorted.length, q) - 1] ?? 0;
  if ((sorted[0] ?? 0) <= 0) return undefined;
  const order = values.map((value, index) => ({ value, block: Math.floor((index * BLOCKS) / values.length) }));
  order.sort((a, b) => a.value - b.value);
  const blocks = Uint8Array.from(order, ({ block }) => block);
  const sizes = new Array<number>(BLOCKS).fill(0);
  for (const block of blocks) sizes[block] = (sizes[block] ?? 0) + 1;
  const logs: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = new Uint8Array(BLOCKS);
    let total = 0;
    for (let i = 0; i < BLOCKS; i++) {
      const block = Math.floor(random.uniformAt(resample * BLOCKS + i) * BLOCKS);
      drawn[block] = (drawn[block] ?? 0) + 1;
      total += sizes[block] ?? 0;
    }
    const rank = nearestRank(total, q);
    let seen = 0;
    for (let i = 0; i < blocks.length; i++) {
      seen += drawn[blocks[i] ?? 0] ?? 0;
      if (seen >= rank) {
        logs.push(Math.log(sorted[i] ?? estimate));
        break;
      }
    }
  }
  const variance = momentsOf(logs)?.variance ?? 0;
  return { log: Math.log(estimate), standardError: Math.sqrt(variance), degreesOfFreedom: BLOCKS - 1 };
}
