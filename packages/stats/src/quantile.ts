import { assertArgument } from './errors.ts';

/** Numbers that can be read by position: arrays and typed arrays. */
export type NumberSeries = ArrayLike<number>;

/** A sorted copy, ascending; throws on a value that is not finite. */
export function sortAscending(values: NumberSeries): Float64Array {
  const sorted = Float64Array.from(values);
  for (const value of sorted)
    assertArgument(Number.isFinite(value), `a sample holds finite numbers only, got ${value}`);
  return sorted.sort();
}

/**
 * Quantile of an ascending sample with linear interpolation between order statistics: Hyndman and Fan's type 7
 * (position (n − 1)·q), the default of R and NumPy. `undefined` for an empty sample.
 */
export function quantileOfSorted(sorted: NumberSeries, q: number): number | undefined {
  assertArgument(q >= 0 && q <= 1, `a quantile lies between 0 and 1, got ${q}`);
  if (sorted.length === 0) return undefined;
  const position = (sorted.length - 1) * q;
  const index = Math.floor(position);
  const low = sorted[index] ?? Number.NaN;
  const high = sorted[Math.min(index + 1, sorted.length - 1)] ?? low;
  return low === high ? low : low + (position - index) * (high - low);
}

/**
 * Rank (1 to n) of the smallest order statistic with at least the fraction q of n values at or below it
 * (inverse of the empirical distribution, Hyndman and Fan's type 1).
 */
export function nearestRank(n: number, q: number): number {
  const product = q * n;
  const nearest = Math.round(product);
  // 0.07 × 100 is 7.000000000000001: a product that differs from an integer by rounding alone is that integer.
  const rank = Math.abs(product - nearest) <= 4 * Number.EPSILON * product ? nearest : Math.ceil(product);
  return Math.min(Math.max(rank, 1), n);
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sample variance (n − 1 in the denominator); `undefined` below two values. */
  readonly variance: number | undefined;
}

/** Count, mean and sample variance in one stable pass (Welford 1962). `undefined` for an empty sample. */
export function momentsOf(values: NumberSeries): Moments | undefined {
  if (values.length === 0) return undefined;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  return { count: values.length, mean, variance: values.length < 2 ? undefined : squares / (values.length - 1) };
}
