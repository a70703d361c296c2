import { normalQuantile } from '../distribution/normal.ts';
import { assertArgument, assertLevel } from '../errors.ts';
import type { Interval } from './interval.ts';

/** Wilson's score interval of a proportion, without continuity correction (Wilson 1927); `undefined` for no trials. */
export function proportionInterval(successes: number, trials: number, level = 0.95): Interval | undefined {
  assertLevel('a level', level);
  assertArgument(
    Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials,
    `a proportion needs 0 ≤ successes ≤ trials, got ${successes} of ${trials}`,
  );
  if (trials === 0) return undefined;
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return {
    low: successes === 0 ? 0 : Math.max(center - half, 0),
    high: successes === trials ? 1 : Math.min(center + half, 1),
    level,
    method: 'wilson',
  };
}
