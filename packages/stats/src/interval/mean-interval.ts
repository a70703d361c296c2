import { studentTQuantile } from '../distribution/student-t.ts';
import { assertLevel } from '../errors.ts';
import { momentsOf, type NumberSeries } from '../quantile.ts';
import type { Interval } from './interval.ts';

/** Student's t interval of the mean of independent, roughly normal values; `undefined` below two values. */
export function tMeanInterval(values: NumberSeries, level = 0.95): Interval | undefined {
  assertLevel('a level', level);
  const moments = momentsOf(values);
  if (moments?.variance === undefined) return undefined;
  const quantile = studentTQuantile(1 - (1 - level) / 2, moments.count - 1);
  const half = quantile * Math.sqrt(moments.variance / moments.count);
  return { low: moments.mean - half, high: moments.mean + half, level, method: 't' };
}
