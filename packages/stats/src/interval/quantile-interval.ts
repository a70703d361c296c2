import { binomialCdf } from '../distribution/beta.ts';
import { assertArgument, assertLevel } from '../errors.ts';
import type { NumberSeries } from '../quantile.ts';
import type { Interval } from './interval.ts';

export interface QuantileRanks {
  /** Ranks from 1 to n of the order statistics that bound the interval. */
  readonly lowRank: number;
  readonly highRank: number;
  /** Exact coverage P(lowRank ≤ B < highRank), B ~ Binomial(n, q); at least the level asked for. */
  readonly coverage: number;
}

/** Smallest k from 0 to n with P(B ≤ k) ≥ probability. */
function binomialQuantile(probability: number, n: number, q: number): number {
  let low = -1;
  let high = n;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, q) >= probability) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Ranks of the distribution-free, equal-tailed interval of a quantile: it holds for independent values of any continuous
 * distribution and errs on the wide side for a discrete one (David and Nagaraja, Order Statistics, 7.1).
 * `undefined` when the sample is too small to bound the quantile on both sides.
 */
export function quantileRanks(n: number, q: number, level: number): QuantileRanks | undefined {
  assertLevel('a quantile', q);
  assertLevel('a level', level);
  assertArgument(Number.isInteger(n) && n >= 0, `a sample size is an integer from 0, got ${n}`);
  if (n === 0) return undefined;
  const tail = (1 - level) / 2;
  // Below: the largest rank with P(B < rank) ≤ tail. Above: the smallest rank with P(B ≥ rank) ≤ tail.
  const first = binomialQuantile(tail, n, q);
  const lowRank = binomialCdf(first, n, q) <= tail ? first + 1 : first;
  const highRank = binomialQuantile(1 - tail, n, q) + 1;
  if (lowRank < 1 || highRank > n) return undefined;
  return { lowRank, highRank, coverage: binomialCdf(highRank - 1, n, q) - binomialCdf(lowRank - 1, n, q) };
}

/** Order-statistic interval of a quantile of an ascending sample; `undefined` when the sample is too small. */
export function quantileInterval(sorted: NumberSeries, q: number, level = 0.95): Interval | undefined {
  const ranks = quantileRanks(sorted.length, q, level);
  if (ranks === undefined) return undefined;
  return {
    low: sorted[ranks.lowRank - 1] ?? Number.NaN,
    high: sorted[ranks.highRank - 1] ?? Number.NaN,
    level,
    method: 'order-statistic',
  };
}
