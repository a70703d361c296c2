import { describe, expect, it } from 'vitest';
import { loadVectors, shuffled, weyl } from '../../test/vectors.ts';
import { momentsOf } from '../quantile.ts';
import { bcaInterval, blockBootstrapInterval, blockMeanInterval, defaultBlockLength } from './bootstrap.ts';

const vectors = loadVectors('bootstrap');
const mean = (values: Float64Array): number => momentsOf(values)!.mean;
const statistics = { mean, variance: (values: Float64Array): number => momentsOf(values)!.variance! };

describe('bootstrap', () => {
  it.each(vectors.cases)('$method of the $statistic agrees with scipy.stats.bootstrap on the same resamples', (row) => {
    const options = { random: weyl, resamples: row.resamples, level: row.level };
    const interval =
      row.method === 'BCa'
        ? bcaInterval(row.values, statistics[row.statistic], options)
        : blockBootstrapInterval(row.values, statistics[row.statistic], { ...options, blockLength: 1 });
    expect(interval?.low).toBeCloseTo(row.low, 8);
    expect(interval?.high).toBeCloseTo(row.high, 8);
  });

  it('agrees with NumPy on circular blocks', () => {
    const { values, low, high, ...options } = vectors.block;
    const interval = blockBootstrapInterval(values, mean, { random: weyl, ...options });
    expect(interval?.low).toBeCloseTo(low, 9);
    expect(interval?.high).toBeCloseTo(high, 9);
    expect(interval?.method).toBe('block-bootstrap');
    const fast = blockMeanInterval(values, { random: weyl, ...options });
    expect(fast?.low).toBeCloseTo(low, 9);
    expect(fast?.high).toBeCloseTo(high, 9);
  });

  it('gives a point for equal values and nothing for fewer than two', () => {
    expect(blockBootstrapInterval([4, 4, 4], mean, { random: shuffled })).toMatchObject({ low: 4, high: 4 });
    expect(bcaInterval([4, 4, 4], mean, { random: shuffled })).toBeUndefined();
    expect(blockBootstrapInterval([4], mean, { random: shuffled })).toBeUndefined();
  });

  it('refuses blocks as long as the sample, which would make every resample the sample itself', () => {
    for (const blockLength of [2, 3]) {
      expect(() => blockBootstrapInterval([1, 2], mean, { random: shuffled, blockLength })).toThrow('block length');
    }
    for (const values of [
      [1, 2],
      [1, 2, 4],
    ]) {
      const { low = 0, high = 0 } = blockBootstrapInterval(values, mean, { random: shuffled }) ?? {};
      expect(high).toBeGreaterThan(low);
    }
    expect([1, 2, 3, 8, 27, 28, 1000].map(defaultBlockLength)).toEqual([1, 1, 1, 2, 3, 4, 10]);
  });
});
