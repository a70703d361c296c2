import { describe, expect, it } from 'vitest';
import { exactProportionInterval, steadyStateOf, trendOf } from '../index.ts';

/** Noise between −0.5 and 0.5 without a generator: the fractional parts of multiples of the golden ratio. */
const noise = (i: number): number => ((i * 0.618_033_988_749_895) % 1) - 0.5;

describe('steady state by MSER-5', () => {
  it('finds the end of a warm-up', () => {
    const values = Array.from({ length: 400 }, (_, i) => 10 + noise(i) + (i < 60 ? 20 * (1 - i / 60) : 0));
    const { warmupLength, isSteady } = steadyStateOf(values)!;
    expect(isSteady).toBe(true);
    expect(warmupLength).toBeGreaterThanOrEqual(45);
    expect(warmupLength).toBeLessThanOrEqual(65);
  });

  it('cuts nothing of a series that is steady from its start', () => {
    expect(steadyStateOf(Array.from({ length: 200 }, () => 3))).toEqual({ warmupLength: 0, isSteady: true });
  });

  it('says that a series that never settles is not steady', () => {
    expect(steadyStateOf(Array.from({ length: 400 }, (_, i) => i ** 2))!.isSteady).toBe(false);
  });

  it('has nothing to say about a short one', () => {
    expect(steadyStateOf(new Float64Array(49))).toBeUndefined();
    expect(() => steadyStateOf([1], 0)).toThrow('batch');
  });
});

describe('trend', () => {
  it('agrees with the regression of a worked example', () => {
    // y = 1, 3, 2, 5: slope 1.1, residual sum of squares 2.7, standard error 0.5196, t(2; 0.975) = 4.3027.
    const trend = trendOf([1, 3, 2, 5])!;
    expect(trend.slope).toBeCloseTo(1.1, 12);
    expect(trend.high - trend.slope).toBeCloseTo(4.302_652_73 * Math.sqrt(2.7 / 2 / 5), 6);
    expect(trendOf([1, 2])).toBeUndefined();
  });
});

describe('exact proportion interval', () => {
  it('agrees with closed forms at the ends and with a table', () => {
    expect(exactProportionInterval(0, 100, 0.95)!.high).toBeCloseTo(1 - 0.025 ** (1 / 100), 10);
    expect(exactProportionInterval(100, 100, 0.95)!.low).toBeCloseTo(0.025 ** (1 / 100), 10);
    // Clopper and Pearson for 5 of 20: 0.0866 to 0.4910.
    const { low, high } = exactProportionInterval(5, 20)!;
    expect(low).toBeCloseTo(0.0866, 4);
    expect(high).toBeCloseTo(0.491, 4);
    expect(exactProportionInterval(0, 0)).toBeUndefined();
  });
});
