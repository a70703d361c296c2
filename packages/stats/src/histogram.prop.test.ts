import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistogram, type Histogram } from './histogram.ts';
import { histogramFromBase64, histogramToBase64 } from './histogram-text.ts';
import { nearestRank, sortAscending } from './quantile.ts';

const QUANTILES = [0, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3_600_000_000 })), {
  minLength: 1,
  maxLength: 300,
});

function filled(list: readonly number[], digits = 3): Histogram {
  const histogram = createHistogram({ lowest: 1, highest: 3_600_000_000, digits });
  for (const value of list) histogram.record(value);
  return histogram;
}

const summary = (histogram: Histogram): number[] => [
  histogram.count,
  histogram.mean,
  histogram.stddev,
  ...QUANTILES.map((q) => histogram.quantile(q)),
];

describe('histogram properties', () => {
  it('stays within its digits of the exact quantiles, mean and extremes', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4 }), (list, digits) => {
        const histogram = filled(list, digits);
        const sorted = sortAscending(list);
        const within = (exact: number): number => exact * 10 ** -digits + 1e-9 * exact;
        for (const q of QUANTILES) {
          const exact = sorted[nearestRank(sorted.length, q) - 1]!;
          expect(Math.abs(histogram.quantile(q) - exact)).toBeLessThanOrEqual(within(exact));
        }
        const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
        expect(Math.abs(histogram.mean - mean)).toBeLessThanOrEqual(within(mean));
        expect(histogram.max).toBe(sorted.at(-1));
        expect(Math.abs(histogram.min - sorted[0]!)).toBeLessThanOrEqual(within(sorted[0]!));
      }),
    );
  });

  it('merges to what one histogram of all values holds, whichever way', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = filled(a);
        merged.merge(filled(b));
        const reverse = filled(b);
        reverse.merge(filled(a));
        const whole = filled([...a, ...b]);
        expect(summary(merged)).toEqual(summary(whole));
        expect(summary(reverse)).toEqual(summary(whole));
        expect([merged.min, merged.max]).toEqual([whole.min, whole.max]);
      }),
      { numRuns: 40 },
    );
  });

  it('survives its encoding', () => {
    fc.assert(
      fc.property(values, (list) => {
        const histogram = filled(list);
        const copy = histogramFromBase64(histogramToBase64(histogram), histogram.options);
        expect(histogramToBase64(copy)).toBe(histogramToBase64(histogram));
        expect([copy.count, copy.mean, copy.stddev]).toEqual([histogram.count, histogram.mean, histogram.stddev]);
        // The encoding knows the largest value by its bucket only.
        for (const q of QUANTILES) {
          expect(copy.quantile(q)).toBeGreaterThanOrEqual(histogram.quantile(q));
          expect(copy.quantile(q)).toBeLessThanOrEqual(histogram.quantile(q) * 1.001 + 1e-9);
        }
      }),
    );
  });
});
