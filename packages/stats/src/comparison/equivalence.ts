import { studentTCdf, studentTQuantile } from '../distribution/student-t.ts';
import { assertArgument, assertLevel } from '../errors.ts';
import type { Interval } from '../interval/interval.ts';
import { momentsOf, type NumberSeries } from '../quantile.ts';

export interface EquivalenceMargin {
  /** Bounds of the differences that do not matter, in the unit of the values. */
  readonly low: number;
  readonly high: number;
  /** Largest accepted chance of calling different things equivalent, 0.05 by default. */
  readonly alpha?: number;
}

export interface EquivalenceResult {
  readonly meanDifference: number;
  /** The larger of the two one-sided p-values. */
  readonly pValue: number;
  readonly isEquivalent: boolean;
  /** t interval at level 1 − 2·alpha: inside the margin exactly when equivalent. */
  readonly interval: Interval;
  readonly degreesOfFreedom: number;
}

/** Two one-sided t tests on paired differences (Schuirmann 1987). `undefined` below two pairs. */
export function pairedEquivalenceTest(
  differences: NumberSeries,
  margin: EquivalenceMargin,
): EquivalenceResult | undefined {
  const moments = momentsOf(differences);
  if (moments?.variance === undefined) return undefined;
  return decide(moments.mean, Math.sqrt(moments.variance / moments.count), moments.count - 1, margin);
}

/**
 * Two one-sided Welch tests on the difference of means, first minus second, of independent samples.
 * `undefined` when a sample has fewer than two values.
 */
export function equivalenceTest(
  first: NumberSeries,
  second: NumberSeries,
  margin: EquivalenceMargin,
): EquivalenceResult | undefined {
  const a = momentsOf(first);
  const b = momentsOf(second);
  if (a?.variance === undefined || b?.variance === undefined) return undefined;
  const shareA = a.variance / a.count;
  const shareB = b.variance / b.count;
  const sum = shareA + shareB;
  // Welch and Satterthwaite; with no variance at all the value does not matter.
  const degrees =
    sum === 0 ? a.count + b.count - 2 : sum ** 2 / (shareA ** 2 / (a.count - 1) + shareB ** 2 / (b.count - 1));
  return decide(a.mean - b.mean, Math.sqrt(sum), degrees, margin);
}

function decide(
  meanDifference: number,
  standardError: number,
  degreesOfFreedom: number,
  margin: EquivalenceMargin,
): EquivalenceResult {
  const { low, high, alpha = 0.05 } = margin;
  assertArgument(low < high, `a margin needs low < high, got ${low} and ${high}`);
  assertLevel('alpha', 2 * alpha);
  // Without spread the difference is known: 0 / 0 on the very bound counts against equivalence.
  const tailOf = (distance: number): number =>
    standardError === 0 ? (distance > 0 ? 0 : 1) : studentTCdf(-distance / standardError, degreesOfFreedom);
  const pValue = Math.max(tailOf(meanDifference - low), tailOf(high - meanDifference));
  const half = studentTQuantile(1 - alpha, degreesOfFreedom) * standardError;
  return {
    meanDifference,
    pValue,
    isEquivalent: pValue < alpha,
    interval: { low: meanDifference - half, high: meanDifference + half, level: 1 - 2 * alpha, method: 't' },
    degreesOfFreedom,
  };
}
