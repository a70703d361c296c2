import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffled } from '../test/vectors.ts';
import { kolmogorovSmirnovTest } from './comparison/kolmogorov-smirnov.ts';
import { mannWhitneyTest } from './comparison/mann-whitney.ts';
import { adjustBenjaminiHochberg, adjustHolm } from './comparison/multiple-testing.ts';
import { signFlipTest } from './comparison/sign-flip.ts';
import { normalCdf, normalQuantile } from './distribution/normal.ts';
import { quantileRanks } from './interval/quantile-interval.ts';
import { dominates, paretoFront } from './pareto.ts';

const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('properties', () => {
  it('inverts the normal distribution', () => {
    fc.assert(
      fc.property(probability, (p) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
      }),
    );
  });

  it('covers at least the level, and less with a rank taken away on both sides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), probability, fc.constantFrom(0.8, 0.95, 0.99), (n, q, level) => {
        const ranks = quantileRanks(n, q, level);
        if (ranks === undefined) return;
        expect(ranks.coverage).toBeGreaterThanOrEqual(level - 1e-12);
        expect(ranks.lowRank).toBeLessThanOrEqual(Math.max(1, Math.ceil(n * q)));
        expect(ranks.highRank).toBeGreaterThanOrEqual(Math.ceil(n * q));
      }),
    );
  });

  it('mirrors rank tests when the samples change places', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const forth = mannWhitneyTest(a, b)!;
        const back = mannWhitneyTest(b, a)!;
        expect(forth.u + back.u).toBe(a.length * b.length);
        expect(forth.pValue).toBeCloseTo(back.pValue, 12);
        const gap = kolmogorovSmirnovTest(a, b)!;
        expect(gap.pValue).toBeCloseTo(kolmogorovSmirnovTest(b, a)!.pValue, 12);
        expect(gap.pValue).toBeGreaterThan(0);
        expect(gap.pValue).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('does not care about the sign or scale of all differences', () => {
    fc.assert(
      fc.property(sample, (differences) => {
        const p = signFlipTest(differences, { random: shuffled })!.pValue;
        expect(
          signFlipTest(
            differences.map((d) => d * -3),
            { random: shuffled },
          )!.pValue,
        ).toBe(p);
        expect(p).toBeGreaterThanOrEqual(2 / 2 ** differences.length);
      }),
    );
  });

  it('orders adjustments: raw ≤ BH ≤ Holm ≤ Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
        const holm = adjustHolm(pValues);
        const bh = adjustBenjaminiHochberg(pValues);
        pValues.forEach((p, i) => {
          expect(bh[i]!).toBeGreaterThanOrEqual(p - 1e-15);
          expect(holm[i]!).toBeGreaterThanOrEqual(bh[i]! - 1e-15);
          expect(Math.min(1, p * pValues.length)).toBeGreaterThanOrEqual(holm[i]! - 1e-15);
        });
      }),
    );
  });

  it('keeps exactly the points that nothing dominates', () => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const directions = ['min', 'max', 'min'] as const;
        const front = paretoFront(points, directions);
        const kept = front.map((i) => points[i]!);
        expect(paretoFront(kept, directions)).toHaveLength(kept.length);
        points.forEach((candidate, i) => {
          expect(front.includes(i)).toBe(!kept.some((other) => dominates(other, candidate, directions)));
        });
      }),
    );
    expect(() => paretoFront([[1]], ['min', 'max'])).toThrow('objective');
  });
});
