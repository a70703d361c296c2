import { describe, expect, it } from 'vitest';
import { earlyStoppingEstimate, minimumPassing, sampleFloor } from './sample-floor.ts';

describe('sample floors', () => {
  // MLPerf endpoints, docs/early_stopping.md, confidence 0.99.
  it.each([
    [0.5, 11],
    [0.75, 24],
    [0.8, 31],
    [0.9, 64],
    [0.95, 130],
    [0.97, 219],
    [0.99, 662],
    [0.999, 6636],
    [0.9999, 66381],
  ])('q = %f needs %i samples', (q, floor) => {
    expect(sampleFloor(q)).toBe(floor);
    expect(sampleFloor(1 - q)).toBeCloseTo(floor, -1);
  });

  it('needs 459 passing values beside none over a p99', () => {
    // ⌈ln 0.01 / ln 0.99⌉
    expect(minimumPassing(0, 0.99)).toBe(459);
  });
});

describe('early-stopping estimate', () => {
  const ascending = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);

  it('discards 77 of 10,000 values for p99', () => {
    expect(earlyStoppingEstimate(ascending(10_000), 0.99)).toEqual({ value: 9923, overCount: 77, confidence: 0.99 });
  });

  it.each([0.5, 0.9, 0.95, 0.99])('starts at the floor of q = %f and equals the definition', (q) => {
    const floor = sampleFloor(q);
    expect(earlyStoppingEstimate(ascending(floor - 1), q)).toBeUndefined();
    expect(earlyStoppingEstimate(ascending(floor), q)?.overCount).toBe(1);
    const n = floor * 3;
    const overCount = earlyStoppingEstimate(ascending(n), q)!.overCount;
    expect(minimumPassing(overCount, q) + overCount).toBeLessThanOrEqual(n);
    expect(minimumPassing(overCount + 1, q) + overCount + 1).toBeGreaterThan(n);
  });
});
