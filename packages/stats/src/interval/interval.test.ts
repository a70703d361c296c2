import { describe, expect, it } from 'vitest';
import { loadVectors, relativeError, shuffled } from '../../test/vectors.ts';
import { binomialCdf } from '../distribution/beta.ts';
import { normalQuantile } from '../distribution/normal.ts';
import { momentsOf, nearestRank, quantileOfSorted, sortAscending } from '../quantile.ts';
import { blockMeanInterval } from '../resample/bootstrap.ts';
import { tMeanInterval } from './mean-interval.ts';
import { proportionInterval } from './proportion-interval.ts';
import { quantileInterval, quantileRanks } from './quantile-interval.ts';

const vectors = loadVectors('intervals');
const sorted = sortAscending(vectors.values);

describe('quantiles', () => {
  it.each(vectors.quantiles)('q = %f agrees with NumPy, linear and inverted', (q, linear, inverted) => {
    expect(quantileOfSorted(sorted, q)).toBeCloseTo(linear, 10);
    expect(sorted[nearestRank(sorted.length, q) - 1]).toBe(inverted);
  });

  it('forgives products that miss an integer by rounding alone', () => {
    expect(nearestRank(100, 0.07)).toBe(7);
    expect(nearestRank(1000, 0.999)).toBe(999);
    expect(nearestRank(3, 0)).toBe(1);
  });

  it('has moments', () => {
    const moments = momentsOf(vectors.values);
    expect(relativeError(moments!.mean, vectors.mean)).toBeLessThan(1e-13);
    expect(relativeError(moments!.variance!, vectors.variance)).toBeLessThan(1e-12);
    expect(momentsOf([])).toBeUndefined();
    expect(momentsOf([3])).toEqual({ count: 1, mean: 3, variance: undefined });
  });

  it('refuses what is not finite', () => {
    expect(() => sortAscending([1, Number.NaN])).toThrow('finite');
    expect(quantileOfSorted([], 0.5)).toBeUndefined();
  });
});

describe('quantile interval', () => {
  it.each(vectors.ranks)(
    'n = %i, q = %f, level %f agrees with the binomial tails of scipy',
    (n, q, level, expected) => {
      const ranks = quantileRanks(n, q, level);
      if (expected === null) {
        expect(ranks).toBeUndefined();
        return;
      }
      expect([ranks?.lowRank, ranks?.highRank]).toEqual(expected.slice(0, 2));
      expect(ranks?.coverage).toBeCloseTo(expected[2], 10);
      expect(ranks?.coverage).toBeGreaterThanOrEqual(level);
    },
  );

  it('covers the true quantile as often as it says', () => {
    const rounds = 1000;
    const n = 100;
    const trueP90 = normalQuantile(0.9);
    let covered = 0;
    for (let round = 0; round < rounds; round++) {
      const values = sortAscending(
        Array.from({ length: n }, (_, i) => normalQuantile((shuffled.uniformAt(round * n + i) + 1e-10) / (1 + 2e-10))),
      );
      const interval = quantileInterval(values, 0.9, 0.95)!;
      if (interval.low <= trueP90 && trueP90 <= interval.high) covered++;
    }
    const { coverage } = quantileRanks(n, 0.9, 0.95)!;
    // Both sides at 1 in 100,000 of a binomial count with the exact coverage.
    expect(binomialCdf(covered, rounds, coverage)).toBeGreaterThan(1e-5);
    expect(1 - binomialCdf(covered - 1, rounds, coverage)).toBeGreaterThan(1e-5);
  });
});

describe('mean and proportion', () => {
  it('agrees with scipy.stats.t.interval', () => {
    const interval = tMeanInterval(vectors.values);
    expect(interval?.low).toBeCloseTo(vectors.tMean95[0], 9);
    expect(interval?.high).toBeCloseTo(vectors.tMean95[1], 9);
    expect(tMeanInterval([1])).toBeUndefined();
  });

  it.each(vectors.wilson)('%i of %i at %f agrees with Wilson of scipy', (successes, trials, level, low, high) => {
    const interval = proportionInterval(successes, trials, level);
    expect(interval?.low).toBeCloseTo(low, 10);
    expect(interval?.high).toBeCloseTo(high, 10);
  });

  it('is wider for blocks where neighbours agree', () => {
    // A slow wave under noise: the t interval takes 400 values for independent ones.
    const values = Array.from({ length: 400 }, (_, i) => Math.sin(i / 15) * 5 + shuffled.uniformAt(i));
    const width = (interval: { low: number; high: number } | undefined): number => interval!.high - interval!.low;
    const blocks = blockMeanInterval(values, { random: shuffled, blockLength: 40, resamples: 500 });
    expect(width(blocks)).toBeGreaterThan(2 * width(tMeanInterval(values)));
  });

  it('has nothing to say about no trials', () => {
    expect(proportionInterval(0, 0)).toBeUndefined();
    expect(() => proportionInterval(3, 2)).toThrow('successes');
  });
});
