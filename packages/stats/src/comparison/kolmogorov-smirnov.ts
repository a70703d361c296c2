import { type NumberSeries, sortAscending } from '../quantile.ts';

export interface KolmogorovSmirnovResult {
  /** Largest distance of the two empirical distributions. */
  readonly distance: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

const MAX_EXACT_PRODUCT = 1_000_000;

/**
 * Two-sample Kolmogorov–Smirnov test. Exact for n·m ≤ 10^6 (lattice paths; conservative with ties), else Kolmogorov's limit
 * distribution. For independent values only: correlated latencies make it reject too often. `undefined` when a sample is empty.
 */
export function kolmogorovSmirnovTest(first: NumberSeries, second: NumberSeries): KolmogorovSmirnovResult | undefined {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return undefined;
  const steps = largestGap(sortAscending(first), sortAscending(second));
  const distance = steps / (n * m);
  if (n * m <= MAX_EXACT_PRODUCT) return { distance, pValue: exactTail(steps, n, m), method: 'exact' };
  return { distance, pValue: kolmogorovTail(Math.sqrt((n / (n + m)) * m) * distance), method: 'asymptotic' };
}

/** Largest |i·m − j·n| over the values, where i and j values of the samples lie at or below: the distance in whole steps. */
function largestGap(first: Float64Array, second: Float64Array): number {
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < first.length && j < second.length) {
    const value = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY);
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * second.length - j * first.length));
  }
  return largest;
}

/**
 * P(D ≥ steps / nm): the share of lattice paths from (0, 0) to (n, m) that touch the boundary, as a recursion of
 * probabilities (each path step weighted so that all paths are equally likely), which keeps small tails exact.
 */
function exactTail(steps: number, n: number, m: number): number {
  if (steps === 0) return 1;
  // hit[j]: probability that a random path to (i, j), all such paths alike, has touched |i·m − j·n| ≥ steps.
  const hit = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= steps) hit[j] = 1;
      else if (i + j === 0) hit[j] = 0;
      // Of the paths to (i, j), the fraction i/(i+j) comes from (i−1, j).
      else hit[j] = (i * (hit[j] ?? 0) + (j === 0 ? 0 : j * (hit[j - 1] ?? 0))) / (i + j);
    }
  }
  return hit[m] ?? 1;
}

/** P(K > x) of Kolmogorov's distribution; the theta-transformed series serves small x. */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k <= 20; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, 2 * sum);
}
