import type { OffsetAt } from './schedule.ts';

/**
 * Rate that goes linearly from one value to another over `rampMs` and then stays. Request `i` is due when the integral
 * of the rate reaches `i`: with `r(t) = a + (b - a) t / T`, the root of `(b - a) t^2 / 2T + a t = i`.
 */
export function rampOffsets(fromRatePerSecond: number, toRatePerSecond: number, rampMs: number): OffsetAt {
  const a = fromRatePerSecond / 1000;
  const b = toRatePerSecond / 1000;
  const atRampEnd = ((a + b) / 2) * rampMs;
  return (index) => {
    if (index === 0) return 0;
    if (index >= atRampEnd) return rampMs + (index - atRampEnd) / b;
    const slope = (b - a) / rampMs;
    if (Math.abs(slope) < 1e-15) return index / a;
    // The form with the root in the denominator does not cancel when the slope is small.
    return (2 * index) / (a + Math.sqrt(a * a + 2 * slope * index));
  };
}
