import { studentTCdf, studentTQuantile } from '../distribution/student-t.ts';
import { assertArgument, assertLevel } from '../errors.ts';

/** An estimate known by its standard error. */
export interface EstimateSummary {
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

export interface SummaryComparison {
  /** Second minus first. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided: that there is no difference. */
  readonly differencePValue: number;
  /** Larger of two one-sided ones: that the difference is at least the margin. */
  readonly equivalencePValue: number;
}

/**
 * Welch's comparison of two estimates by their standard errors (degrees of freedom by Welch and Satterthwaite), and two one-sided tests
 * against a symmetric margin (Schuirmann 1987).
 */
export function compareSummaries(
  first: EstimateSummary,
  second: EstimateSummary,
  margin: number,
  level = 0.95,
): SummaryComparison {
  assertLevel('a level', level);
  assertArgument(margin > 0, `a margin is above 0, got ${margin}`);
  const difference = second.value - first.value;
  const [a, b] = [first.standardError ** 2, second.standardError ** 2];
  const error = Math.sqrt(a + b);
  if (error === 0) {
    const isEqual = Math.abs(difference) < margin;
    const differencePValue = difference === 0 ? 1 : 0;
    return { difference, low: difference, high: difference, differencePValue, equivalencePValue: isEqual ? 0 : 1 };
  }
  const degrees = (a + b) ** 2 / (a ** 2 / first.degreesOfFreedom + b ** 2 / second.degreesOfFreedom);
  const half = studentTQuantile((1 + level) / 2, degrees) * error;
  return {
    difference,
    low: difference - half,
    high: difference + half,
    differencePValue: Math.min(1, 2 * studentTCdf(-Math.abs(difference) / error, degrees)),
    equivalencePValue: studentTCdf((Math.abs(difference) - margin) / error, degrees),
  };
}
