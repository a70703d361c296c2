import { studentTQuantile } from '../distribution/student-t.ts';
import { assertLevel } from '../errors.ts';
import type { NumberSeries } from '../quantile.ts';

export interface Trend {
  /** Least-squares change from one value to the next. */
  readonly slope: number;
  /** Student's interval of the slope with n − 2 degrees of freedom. */
  readonly low: number;
  readonly high: number;
}

/** Straight line through equally spaced values by least squares, its slope with an interval. `undefined` below three values. */
export function trendOf(values: NumberSeries, level = 0.95): Trend | undefined {
  assertLevel('a level', level);
  const n = values.length;
  if (n < 3) return undefined;
  const middle = (n - 1) / 2;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] ?? 0) / n;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    products += (i - middle) * ((values[i] ?? 0) - mean);
    squares += (i - middle) ** 2;
  }
  const slope = products / squares;
  let residuals = 0;
  for (let i = 0; i < n; i++) residuals += ((values[i] ?? 0) - mean - slope * (i - middle)) ** 2;
  const half = studentTQuantile(1 - (1 - level) / 2, n - 2) * Math.sqrt(residuals / (n - 2) / squares);
  return { slope, low: slope - half, high: slope + half };
}
