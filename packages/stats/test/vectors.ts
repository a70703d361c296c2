import { readFileSync } from 'node:fs';
import type { UniformSource } from '../src/resample/random-source.ts';

interface Vectors {
  distributions: Record<
    | 'incompleteBeta'
    | 'binomialCdf'
    | 'normalCdf'
    | 'normalQuantile'
    | 'studentTCdf'
    | 'studentTQuantile'
    | 'kolmogorovTail',
    number[][]
  >;
  intervals: {
    values: number[];
    quantiles: [number, number, number][];
    tMean95: [number, number];
    ranks: [number, number, number, [number, number, number] | null][];
    wilson: [number, number, number, number, number][];
    mean: number;
    variance: number;
  };
  bootstrap: {
    cases: {
      statistic: 'mean' | 'variance';
      method: string;
      values: number[];
      resamples: number;
      level: number;
      low: number;
      high: number;
    }[];
    block: { values: number[]; blockLength: number; resamples: number; level: number; low: number; high: number };
  };
  comparisons: {
    signFlip: { differences: number[]; pValue: number }[];
    mannWhitney: { first: number[]; second: number[]; u: number; pValue: number; method: string }[];
    kolmogorovSmirnov: { first: number[]; second: number[]; distance: number; pValue: number }[];
    equivalence: {
      low: number;
      high: number;
      first: number[];
      second: number[];
      pValue: number;
      pairedDifferences: number[];
      pairedPValue: number;
      degreesOfFreedom: number;
    }[];
    adjust: { pValues: number[]; holm: number[]; benjaminiHochberg: number[] }[];
  };
}

/** Values computed by `vectors/compute.py`. */
export function loadVectors<Name extends keyof Vectors>(name: Name): Vectors[Name] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
}

/** The uniform numbers of `compute.py`'s `weyl`; evenly spread rather than random, and repeatable anywhere. */
export const weyl: UniformSource = {
  uniformAt: (index) => (Math.imul(index + 1, 2654435769) >>> 0) / 2 ** 32,
};

/** A shuffled source for tests that need values without structure (Murmur3's finaliser). */
export const shuffled: UniformSource = {
  uniformAt: (index) => {
    let hash = Math.imul(index + 1, 0x9e3779b9);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  },
};

/** |actual − expected| as a share of the expected value. */
export function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}
