import { assertArgument } from '../errors.ts';
import type { NumberSeries } from '../quantile.ts';
import type { UniformSource } from '../resample/random-source.ts';

export interface SignFlipResult {
  /** Mean of the paired differences. */
  readonly meanDifference: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'monte-carlo';
  /** Sign patterns looked at. */
  readonly permutations: number;
}

/** Up to 2^16 patterns are enumerated. */
const MAX_EXACT_PAIRS = 16;

/**
 * Paired sign-flip permutation test of a mean difference of 0: under the null hypothesis every difference could as well have had the
 * other sign. Exact up to 16 pairs; above that random patterns with p = (hits + 1) / (patterns + 1) (Phipson and Smyth 2010).
 * The smallest two-sided p of n pairs is 2 / 2^n, so five pairs never reach 0.05. `undefined` without pairs.
 */
export function signFlipTest(
  differences: NumberSeries,
  options: { readonly random: UniformSource; readonly permutations?: number },
): SignFlipResult | undefined {
  const n = differences.length;
  if (n === 0) return undefined;
  let total = 0;
  let scale = 0;
  for (let i = 0; i < n; i++) {
    const value = differences[i] ?? Number.NaN;
    assertArgument(Number.isFinite(value), `differences are finite numbers, got ${value}`);
    total += value;
    scale += Math.abs(value);
  }
  // Sums that differ by rounding alone are ties and count as hits.
  const bar = Math.abs(total) - 1e-12 * scale;
  const meanDifference = total / n;
  if (n <= MAX_EXACT_PAIRS) {
    const permutations = 2 ** n;
    return { meanDifference, pValue: exactHits(differences, bar) / permutations, method: 'exact', permutations };
  }
  const permutations = options.permutations ?? 9999;
  assertArgument(
    Number.isInteger(permutations) && permutations >= 1,
    `permutations is an integer from 1, got ${permutations}`,
  );
  let hits = 0;
  for (let pattern = 0; pattern < permutations; pattern++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = differences[i] ?? 0;
      sum += options.random.uniformAt(pattern * n + i) < 0.5 ? value : -value;
    }
    if (Math.abs(sum) >= bar) hits++;
  }
  return { meanDifference, pValue: (hits + 1) / (permutations + 1), method: 'monte-carlo', permutations };
}

function exactHits(differences: NumberSeries, bar: number): number {
  const n = differences.length;
  let hits = 0;
  for (let pattern = 0; pattern < 2 ** n; pattern++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = differences[i] ?? 0;
      sum += (pattern >> i) & 1 ? -value : value;
    }
    if (Math.abs(sum) >= bar) hits++;
  }
  return hits;
}
