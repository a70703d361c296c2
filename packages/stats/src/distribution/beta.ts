import { assertArgument } from '../errors.ts';
import { deviance, stirlingError } from './log-gamma.ts';

const EPSILON = 1e-16;
const TINY = 1e-300;
/** The fraction needs about √max(a, b) terms: this serves counts far above 10^9. */
const MAX_TERMS = 200_000;

/** x^a (1−x)^b / B(a, b) by Loader's saddle-point form: no cancellation for large a and b. */
function betaPower(x: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(exponent);
}

/** Continued fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22). */
function betaFraction(x: number, a: number, b: number): number {
  const guard = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < EPSILON * 4) break;
  }
  return fraction;
}

/** Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  assertArgument(a > 0 && b > 0 && x >= 0 && x <= 1, `I_x(a, b) needs a, b > 0 and 0 ≤ x ≤ 1, got ${x}, ${a}, ${b}`);
  if (x === 0 || x === 1) return x;
  if (x < (a + 1) / (a + b + 2)) return Math.min((betaPower(x, a, b) * betaFraction(x, a, b)) / a, 1);
  return Math.max(1 - (betaPower(x, a, b) * betaFraction(1 - x, b, a)) / b, 0);
}

/** P(B ≤ k) for B ~ Binomial(n, p), exact up to rounding. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - p, n - Math.floor(k), Math.floor(k) + 1);
}
