import { binomialCdf } from '../distribution/beta.ts';
import { assertArgument, assertLevel } from '../errors.ts';
import type { Interval } from './interval.ts';

const STEPS = 60;

/** The share at which a falling function of it crosses `target`, by bisection. */
function crossing(tailAt: (share: number) => number, target: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (tailAt(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Exact interval of a proportion (Clopper and Pearson 1934): it never covers less than it says, also for shares near 0 or 1.
 * `undefined` for no trials.
 */
export function exactProportionInterval(successes: number, trials: number, level = 0.95): Interval | undefined {
  assertLevel('a level', level);
  assertArgument(
    Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials,
    `a proportion needs 0 ≤ successes ≤ trials, got ${successes} of ${trials}`,
  );
  if (trials === 0) return undefined;
  const tail = (1 - level) / 2;
  // P(B < successes) falls from 1 as the share grows; P(B ≤ successes) likewise.
  const low = successes === 0 ? 0 : crossing((share) => binomialCdf(successes - 1, trials, share), 1 - tail);
  const high = successes === trials ? 1 : crossing((share) => binomialCdf(successes, trials, share), tail);
  return { low, high, level, method: 'clopper-pearson' };
}
