import { assertArgument, assertLevel } from '../errors.ts';
import { incompleteBeta } from './beta.ts';

/** P(T ≤ t) of Student's distribution with the given degrees of freedom (any positive real number). */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  assertArgument(degreesOfFreedom > 0, `degrees of freedom are above 0, got ${degreesOfFreedom}`);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const square = t * t;
  // Near 0 the complement keeps the digits.
  const tail =
    square < degreesOfFreedom
      ? 0.5 - 0.5 * incompleteBeta(square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2)
      : 0.5 * incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** Inverse of {@link studentTCdf} by bisection to the last bits. */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  assertLevel('a probability', p);
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  let low = -1;
  while (studentTCdf(low, degreesOfFreedom) > p && low > -1e300) low *= 2;
  let high = 0;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentTCdf(middle, degreesOfFreedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
