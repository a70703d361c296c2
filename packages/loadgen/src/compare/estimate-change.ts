import { momentsOf, nearestRank, sortAscending } from '@assay/stats';
import type { RandomStream } from '@assay/timebase';
import { BLOCKS, type GapBlocks } from './gap-blocks.ts';

/** A figure with the standard error of its logarithm. */
export interface LogFigure {
  readonly log: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

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
  const quantile = quantileOfBlocks(values, q);
  return quantile === undefined ? undefined : resample(quantile.log, quantile.sizes, random, quantile.logOf);
}

/**
 * Change of a quantile between two runs of the same requests, value by value in the same order: each resample draws the same blocks of both, so
 * that what requests have in common (their lengths, the bursts they came in) is not taken for an error. `undefined` below 60 pairs.
 */
export function logOfPairedQuantiles(
  first: readonly number[],
  second: readonly number[],
  q: number,
  random: RandomStream,
): LogFigure | undefined {
  const [a, b] = [quantileOfBlocks(first, q), quantileOfBlocks(second, q)];
  if (a === undefined || b === undefined || first.length !== second.length) return undefined;
  return resample(b.log - a.log, a.sizes, random, (drawn, total) => b.logOf(drawn, total) - a.logOf(drawn, total));
}

/** Change of the mean rate between two runs of one schedule, part of the window by part. */
export function logOfPairedParts(first: readonly number[], second: readonly number[]): LogFigure | undefined {
  const [a, b] = [momentsOf(first)?.mean ?? 0, momentsOf(second)?.mean ?? 0];
  if (a <= 0 || b <= 0 || first.length !== second.length) return undefined;
  const changes = momentsOf(first.map((value, part) => (second[part] ?? 0) / b - value / a));
  if (changes?.variance === undefined) return undefined;
  const standardError = Math.sqrt(changes.variance / changes.count);
  return { log: Math.log(b / a), standardError, degreesOfFreedom: changes.count - 1 };
}

interface BlockQuantile {
  readonly log: number;
  readonly sizes: readonly number[];
  /** Logarithm of the quantile of drawn blocks, which hold `total` values. */
  readonly logOf: (drawn: Uint8Array, total: number) => number;
}

function quantileOfBlocks(values: readonly number[], q: number): BlockQuantile | undefined {
  if (values.length < LEAST_VALUES) return undefined;
  const sorted = sortAscending(values);
  const estimate = sorted[nearestRank(sorted.length, q) - 1] ?? 0;
  if ((sorted[0] ?? 0) <= 0) return undefined;
  const order = values.map((value, index) => ({ value, block: Math.floor((index * BLOCKS) / values.length) }));
  order.sort((a, b) => a.value - b.value);
  const blocks = Uint8Array.from(order, ({ block }) => block);
  const sizes = new Array<number>(BLOCKS).fill(0);
  for (const block of blocks) sizes[block] = (sizes[block] ?? 0) + 1;
  const logOf = (drawn: Uint8Array, total: number): number => {
    const rank = nearestRank(total, q);
    let seen = 0;
    for (let i = 0; i < blocks.length; i++) {
      seen += drawn[blocks[i] ?? 0] ?? 0;
      if (seen >= rank) return Math.log(sorted[i] ?? estimate);
    }
    return Math.log(estimate);
  };
  return { log: Math.log(estimate), sizes, logOf };
}

/** As {@link logOfQuantile}, of gaps between tokens, which hang together within a request: requests make the blocks. `undefined` below 60 requests. */
export function logOfGapQuantile(gaps: GapBlocks, q: number, random: RandomStream): LogFigure | undefined {
  if (gaps.requests < LEAST_VALUES) return undefined;
  const cells = gaps.cells();
  const quantile = (drawn: ArrayLike<number>, total: number): number => {
    const rank = nearestRank(total, q);
    let seen = 0;
    for (const { log, counts } of cells) {
      for (let block = 0; block < counts.length; block++) seen += (drawn[block] ?? 0) * (counts[block] ?? 0);
      if (seen >= rank) return log;
    }
    return cells.at(-1)?.log ?? Number.NaN;
  };
  const sizes = gaps.sizes();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return resample(
    quantile(
      sizes.map(() => 1),
      total,
    ),
    sizes,
    random,
    quantile,
  );
}

/** Standard error of a logarithm over resamples of whole blocks. @param sizes Values in each block. */
function resample(
  log: number,
  sizes: readonly number[],
  random: RandomStream,
  logOf: (drawn: Uint8Array, total: number) => number,
): LogFigure {
  const count = sizes.length;
  const logs: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    const drawn = new Uint8Array(count);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const block = Math.floor(random.uniformAt(round * count + i) * count);
      drawn[block] = (drawn[block] ?? 0) + 1;
      total += sizes[block] ?? 0;
    }
    logs.push(logOf(drawn, total));
  }
  const variance = momentsOf(logs)?.variance ?? 0;
  return { log, standardError: Math.sqrt(variance), degreesOfFreedom: count - 1 };
}
