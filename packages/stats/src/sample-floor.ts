import { incompleteBeta } from './distribution/beta.ts';
import { assertArgument, assertLevel } from './errors.ts';
import type { NumberSeries } from './quantile.ts';

/** Confidence of MLPerf's early stopping. */
const DEFAULT_CONFIDENCE = 0.99;

/**
 * Probability of at most `overCount` values above the limit among `passingCount + overCount` when the true share above it is 1 − q:
 * I_q(passingCount, overCount + 1). MLPerf LoadGen, `early_stopping.cc`, with tolerance 0.
 */
function odds(passingCount: number, overCount: number, q: number): number {
  return passingCount === 0 ? 1 : incompleteBeta(q, passingCount, overCount + 1);
}

/**
 * Fewest values at or below a limit which, beside `overCount` values above it, show at the given confidence that the quantile q
 * lies at or below the limit (LoadGen's `find_min_passing`).
 */
export function minimumPassing(overCount: number, q: number, confidence: number = DEFAULT_CONFIDENCE): number {
  assertLevel('a quantile', q);
  assertLevel('a confidence', confidence);
  assertArgument(Number.isInteger(overCount) && overCount >= 0, `a count is an integer from 0, got ${overCount}`);
  const isEnough = (passingCount: number): boolean => odds(passingCount, overCount, q) < 1 - confidence;
  let low = 0;
  let high = 1;
  while (!isEnough(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Fewest samples from which a quantile may be reported: one value above it and enough below (MLPerf minima at confidence 0.99:
 * p50 11, p90 64, p95 130, p99 662, p99.9 6,636, p99.99 66,381). Low quantiles need as many as their mirror image.
 */
export function sampleFloor(q: number, confidence: number = DEFAULT_CONFIDENCE): number {
  return minimumPassing(1, q < 0.5 ? 1 - q : q, confidence) + 1;
}

export interface EarlyStoppingEstimate {
  /** Upper estimate of the quantile: it holds with the given confidence. */
  readonly value: number;
  /** Values discarded from the top, so that `value` is `sorted[n − overCount]`. */
  readonly overCount: number;
  readonly confidence: number;
}

/**
 * MLPerf's early-stopping estimate of a quantile of an ascending sample: the largest t with minimumPassing(t) + t ≤ n gives
 * `sorted[n − t]`. `undefined` below the sample floor.
 */
export function earlyStoppingEstimate(
  sorted: NumberSeries,
  q: number,
  confidence: number = DEFAULT_CONFIDENCE,
): EarlyStoppingEstimate | undefined {
  const n = sorted.length;
  const fits = (overCount: number): boolean => odds(n - overCount, overCount, q) < 1 - confidence;
  assertLevel('a quantile', q);
  assertLevel('a confidence', confidence);
  if (n < 2 || !fits(1)) return undefined;
  // minimumPassing(t) ≤ n − t exactly when n − t values pass beside t over; this grows harder with t.
  let low = 1;
  let high = n;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return { value: sorted[n - low] ?? Number.NaN, overCount: low, confidence };
}
