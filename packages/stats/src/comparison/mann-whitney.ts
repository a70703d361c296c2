import { normalCdf } from '../distribution/normal.ts';
import { type NumberSeries, sortAscending } from '../quantile.ts';

export interface MannWhitneyResult {
  /** Pairs in which the value of the first sample is larger, ties counted half. */
  readonly u: number;
  /** u / (n·m): the probability that a value of the first sample is larger than one of the second. */
  readonly superiority: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/** The exact distribution costs n²·m² / 2 additions. */
const MAX_EXACT_PRODUCT = 400;

/**
 * Mann–Whitney U test that two independent samples come from one distribution. Exact without ties for n·m ≤ 400,
 * else the normal approximation with tie and continuity correction. `undefined` when a sample is empty.
 */
export function mannWhitneyTest(first: NumberSeries, second: NumberSeries): MannWhitneyResult | undefined {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return undefined;
  const { rankSum, tieTerm } = rankFirst(sortAscending(first), sortAscending(second));
  const u = rankSum - (n * (n + 1)) / 2;
  const larger = Math.max(u, n * m - u);
  const superiority = u / (n * m);
  if (tieTerm === 0 && n * m <= MAX_EXACT_PRODUCT) {
    return { u, superiority, pValue: Math.min(1, 2 * upperTail(larger, n, m)), method: 'exact' };
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  // All values equal: the samples do not differ at all.
  const pValue = variance <= 0 ? 1 : Math.min(1, 2 * normalCdf(-(larger - (n * m) / 2 - 0.5) / Math.sqrt(variance)));
  return { u, superiority, pValue, method: 'normal' };
}

/** Sum of the midranks of the first sample in both together, and Σ(t³ − t) over groups of ties. */
function rankFirst(first: Float64Array, second: Float64Array): { rankSum: number; tieTerm: number } {
  let i = 0;
  let j = 0;
  let rankSum = 0;
  let tieTerm = 0;
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY);
    const before = i + j;
    const firstBefore = i;
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
    const tied = i + j - before;
    rankSum += (i - firstBefore) * (before + (tied + 1) / 2);
    tieTerm += tied ** 3 - tied;
  }
  return { rankSum, tieTerm };
}

/** P(U ≥ u) without ties: coefficients of the Gaussian binomial, ∏ (1 − x^(m+i)) / (1 − x^i). */
function upperTail(u: number, n: number, m: number): number {
  const size = n * m + 1;
  const counts = new Float64Array(size);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let k = size - 1; k >= m + i; k--) counts[k] = (counts[k] ?? 0) - (counts[k - m - i] ?? 0);
    for (let k = i; k < size; k++) counts[k] = (counts[k] ?? 0) + (counts[k - i] ?? 0);
  }
  let total = 0;
  let tail = 0;
  for (let k = 0; k < size; k++) {
    total += counts[k] ?? 0;
    if (k >= u) tail += counts[k] ?? 0;
  }
  return tail / total;
}
