import { describe, expect, it } from 'vitest';
import { loadVectors, relativeError, shuffled } from '../../test/vectors.ts';
import { equivalenceTest, pairedEquivalenceTest } from './equivalence.ts';
import { kolmogorovSmirnovTest } from './kolmogorov-smirnov.ts';
import { mannWhitneyTest } from './mann-whitney.ts';
import { adjustBenjaminiHochberg, adjustHolm } from './multiple-testing.ts';
import { signFlipTest } from './sign-flip.ts';

const vectors = loadVectors('comparisons');

describe('sign-flip test', () => {
  it.each(vectors.signFlip)('agrees with the exact permutation_test of scipy: p = $pValue', (row) => {
    const result = signFlipTest(row.differences, { random: shuffled });
    expect(result?.pValue).toBeCloseTo(row.pValue, 12);
    expect(result?.method).toBe('exact');
  });

  it('comes near the exact p by random patterns', () => {
    // 20 differences of ±1, 15 of them positive: the exact p is twice the binomial tail.
    const differences = Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? -1 : 1));
    const result = signFlipTest(differences, { random: shuffled, permutations: 20_000 });
    expect(result?.method).toBe('monte-carlo');
    expect(Math.abs(result!.pValue - 2 * 0.02069473)).toBeLessThan(0.006);
  });

  it('gives 1 for identical series and nothing without pairs', () => {
    expect(signFlipTest([0, 0, 0], { random: shuffled })?.pValue).toBe(1);
    expect(signFlipTest([], { random: shuffled })).toBeUndefined();
  });
});

describe('rank tests', () => {
  it.each(vectors.mannWhitney)('Mann–Whitney agrees with scipy: $method, u = $u', (row) => {
    const result = mannWhitneyTest(row.first, row.second);
    expect(result?.u).toBe(row.u);
    expect(result?.method).toBe(row.method);
    expect(relativeError(result!.pValue, row.pValue)).toBeLessThan(1e-11);
  });

  it.each(vectors.kolmogorovSmirnov)('Kolmogorov–Smirnov agrees with scipy: distance $distance', (row) => {
    const result = kolmogorovSmirnovTest(row.first, row.second);
    expect(result?.distance).toBeCloseTo(row.distance, 12);
    expect(relativeError(result!.pValue, row.pValue)).toBeLessThan(1e-10);
  });

  it('uses the limit for large samples, near the exact value', () => {
    const first = Array.from({ length: 1100 }, (_, i) => shuffled.uniformAt(i));
    const second = Array.from({ length: 1100 }, (_, i) => shuffled.uniformAt(i + 5000) * 1.05);
    const limit = kolmogorovSmirnovTest(first, second)!;
    const exact = kolmogorovSmirnovTest(first.slice(0, 900), second)!;
    expect([limit.method, exact.method]).toEqual(['asymptotic', 'exact']);
    expect(limit.pValue).toBeGreaterThan(0);
    expect(limit.pValue).toBeLessThan(1);
  });

  it('has nothing to say about an empty sample', () => {
    expect(mannWhitneyTest([], [1])).toBeUndefined();
    expect(kolmogorovSmirnovTest([1], [])).toBeUndefined();
  });
});

describe('equivalence', () => {
  it.each(vectors.equivalence)('agrees with statsmodels within $low and $high', (row) => {
    const welch = equivalenceTest(row.first, row.second, row)!;
    expect(relativeError(welch.pValue, row.pValue)).toBeLessThan(1e-9);
    expect(relativeError(welch.degreesOfFreedom, row.degreesOfFreedom)).toBeLessThan(1e-11);
    const paired = pairedEquivalenceTest(row.pairedDifferences, row)!;
    expect(relativeError(paired.pValue, row.pairedPValue)).toBeLessThan(1e-9);
    for (const result of [welch, paired]) {
      expect(result.isEquivalent).toBe(result.interval.low > row.low && result.interval.high < row.high);
    }
  });

  it('knows constant differences', () => {
    expect(pairedEquivalenceTest([1, 1, 1], { low: -2, high: 2 })).toMatchObject({ pValue: 0, isEquivalent: true });
    expect(pairedEquivalenceTest([2, 2, 2], { low: -2, high: 2 })).toMatchObject({ isEquivalent: false });
    expect(() => pairedEquivalenceTest([1, 2], { low: 2, high: -2 })).toThrow('margin');
  });
});

describe('multiple testing', () => {
  it.each(vectors.adjust)('agrees with statsmodels and scipy for $pValues', (row) => {
    adjustHolm(row.pValues).forEach((p, i) => {
      expect(p).toBeCloseTo(row.holm[i]!, 12);
    });
    adjustBenjaminiHochberg(row.pValues).forEach((p, i) => {
      expect(p).toBeCloseTo(row.benjaminiHochberg[i]!, 12);
    });
  });

  it('refuses what is no p-value', () => {
    expect(() => adjustHolm([0.5, 1.1])).toThrow('p-value');
  });
});
