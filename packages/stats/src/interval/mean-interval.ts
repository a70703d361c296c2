import { studentTQuantile } from '../distribution/student-t.ts';
import { assertLevel } from '../errors.ts';
import { momentsOf, type NumberSeries } from '../quantile.ts';
import { type BlockBootstrapOptions, blockBootstrapInterval } from '../resample/bootstrap.ts';
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

/**
 * Block-bootstrap interval of the mean of values in their order in time: holds for correlated values, such as latencies of a
 * queue, where the t interval is too narrow. `undefined` below two values.
 */
export function blockMeanInterval(values: NumberSeries, options: BlockBootstrapOptions): Interval | undefined {
  const mean = (sample: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < sample.length; i++) sum += sample[i] ?? 0;
    return sum / sample.length;
  };
  return blockBootstrapInterval(values, mean, options);
}
