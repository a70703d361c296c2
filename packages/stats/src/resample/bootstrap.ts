import { normalCdf, normalQuantile } from '../distribution/normal.ts';
import { assertArgument, assertLevel } from '../errors.ts';
import type { Interval } from '../interval/interval.ts';
import { type NumberSeries, quantileOfSorted } from '../quantile.ts';
import type { UniformSource } from './random-source.ts';

export interface BootstrapOptions {
  readonly random: UniformSource;
  /** Confidence, 0.95 by default. */
  readonly level?: number;
  /** Number of resamples, 2,000 by default. */
  readonly resamples?: number;
}

export interface BlockBootstrapOptions extends BootstrapOptions {
  /** Consecutive values that are drawn together; {@link defaultBlockLength} by default, 1 for independent values. */
  readonly blockLength?: number;
}

/** A function of a sample; it gets a buffer that is used again for the next resample. */
export type Statistic = (values: Float64Array) => number;

const DEFAULT_RESAMPLES = 2000;

/**
 * ⌈n^(1/3)⌉, the order of growth that minimises the error of a block bootstrap of a mean (Hall, Horowitz, Jing 1995), and at most half the sample:
 * one block that holds everything would give the same mean every time.
 */
export function defaultBlockLength(n: number): number {
  return Math.max(1, Math.min(Math.ceil(Math.cbrt(n) - 1e-9), Math.floor(n / 2)));
}

/** Statistics of resamples made of circular blocks of consecutive values (Politis and Romano 1992), ascending. */
function resampledStatistics(
  values: Float64Array,
  statistic: Statistic,
  blockLength: number,
  resamples: number,
  random: UniformSource,
): Float64Array {
  const n = values.length;
  const resample = new Float64Array(n);
  const statistics = new Float64Array(resamples);
  let draw = 0;
  for (let i = 0; i < resamples; i++) {
    for (let filled = 0; filled < n; ) {
      const start = Math.floor(random.uniformAt(draw++) * n);
      const end = Math.min(filled + blockLength, n);
      for (let j = start; filled < end; j++) resample[filled++] = values[j % n] ?? Number.NaN;
    }
    statistics[i] = statistic(resample);
  }
  return statistics.sort();
}

function readSample(values: NumberSeries, options: BootstrapOptions): { sample: Float64Array; resamples: number } {
  const sample = Float64Array.from(values);
  const resamples = options.resamples ?? DEFAULT_RESAMPLES;
  assertArgument(Number.isInteger(resamples) && resamples >= 1, `resamples is an integer from 1, got ${resamples}`);
  for (const value of sample)
    assertArgument(Number.isFinite(value), `a sample holds finite numbers only, got ${value}`);
  assertLevel('a level', options.level ?? 0.95);
  return { sample, resamples };
}

function readBlockLength(n: number, options: BlockBootstrapOptions): number {
  const blockLength = options.blockLength ?? defaultBlockLength(n);
  assertArgument(
    Number.isInteger(blockLength) && blockLength >= 1 && blockLength < n,
    `a block length is an integer from 1, below the sample size, got ${blockLength}`,
  );
  return blockLength;
}

function percentileInterval(ascending: Float64Array, blockLength: number, level = 0.95): Interval {
  return {
    low: quantileOfSorted(ascending, (1 - level) / 2) ?? Number.NaN,
    high: quantileOfSorted(ascending, (1 + level) / 2) ?? Number.NaN,
    level,
    method: blockLength === 1 ? 'bootstrap-percentile' : 'block-bootstrap',
  };
}

/**
 * Percentile interval of a statistic by circular block bootstrap. Blocks keep the correlation of neighbours, so hand the values
 * over in their order in time. Costs one statistic per resample. `undefined` below two values.
 */
export function blockBootstrapInterval(
  values: NumberSeries,
  statistic: Statistic,
  options: BlockBootstrapOptions,
): Interval | undefined {
  const { sample, resamples } = readSample(values, options);
  if (sample.length < 2) return undefined;
  const blockLength = readBlockLength(sample.length, options);
  const statistics = resampledStatistics(sample, statistic, blockLength, resamples, options.random);
  return percentileInterval(statistics, blockLength, options.level);
}

/**
 * Block-bootstrap interval of the mean of values in their order in time: holds for correlated values, such as latencies of a
 * queue, where the t interval is too narrow. Sums of blocks come from running sums, so that a resample costs one step per block
 * and not per value; the resamples are those of {@link blockBootstrapInterval}. `undefined` below two values.
 */
export function blockMeanInterval(values: NumberSeries, options: BlockBootstrapOptions): Interval | undefined {
  const { sample, resamples } = readSample(values, options);
  const n = sample.length;
  if (n < 2) return undefined;
  const blockLength = readBlockLength(n, options);
  // Running sums of the deviations from the first value keep the digits of small spreads.
  const origin = sample[0] ?? 0;
  const sums = new Float64Array(n + blockLength + 1);
  for (let i = 0; i < n + blockLength; i++) sums[i + 1] = (sums[i] ?? 0) + (sample[i % n] ?? 0) - origin;
  const means = new Float64Array(resamples);
  let draw = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let filled = 0; filled < n; filled += blockLength) {
      const start = Math.floor(options.random.uniformAt(draw++) * n);
      sum += (sums[start + Math.min(blockLength, n - filled)] ?? 0) - (sums[start] ?? 0);
    }
    means[resample] = origin + sum / n;
  }
  return percentileInterval(means.sort(), blockLength, options.level);
}

/** Acceleration: skewness of the jackknife values (Efron 1987, equation 6.6). */
function acceleration(values: Float64Array, statistic: Statistic): number {
  const n = values.length;
  const rest = new Float64Array(n - 1);
  const jackknife = new Float64Array(n);
  for (let left = 0; left < n; left++) {
    rest.set(values.subarray(0, left));
    rest.set(values.subarray(left + 1), left);
    jackknife[left] = statistic(rest);
  }
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / n;
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

/**
 * Bias-corrected and accelerated interval of a statistic of independent values (Efron 1987). The jackknife calls the statistic once
 * per value. `undefined` below two values and where the correction does not exist (all values equal, or an estimate beyond all resamples).
 */
export function bcaInterval(
  values: NumberSeries,
  statistic: Statistic,
  options: BootstrapOptions,
): Interval | undefined {
  const { sample, resamples } = readSample(values, options);
  if (sample.length < 2) return undefined;
  const level = options.level ?? 0.95;
  const estimate = statistic(Float64Array.from(sample));
  const statistics = resampledStatistics(sample, statistic, 1, resamples, options.random);
  let below = 0;
  for (const value of statistics) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  if (below === 0 || below === resamples) return undefined;
  const bias = normalQuantile(below / resamples);
  const skew = acceleration(sample, statistic);
  if (!Number.isFinite(skew)) return undefined;
  const endAt = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    return quantileOfSorted(statistics, normalCdf(bias + z / (1 - skew * z))) ?? Number.NaN;
  };
  return { low: endAt((1 - level) / 2), high: endAt((1 + level) / 2), level, method: 'bootstrap-bca' };
}
