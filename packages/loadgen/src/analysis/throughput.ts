import type { Interval } from '@assay/contracts';
import { intervalOfBlocks, ratesOfBlocks } from './mean-interval.ts';
import type { Window } from './run-samples.ts';

/** Arrivals below this give no interval of a rate. */
const INTERVAL_FLOOR = 40;

export interface Throughput {
  readonly ratePerSecond: number;
  /** Arrivals inside the window. */
  readonly events: number;
  readonly interval: Interval | undefined;
}

/**
 * Amount per second inside the window, with an interval from 20 equal parts of it.
 * @param pairs Times in milliseconds and amounts in turn.
 */
export function throughputOf(pairs: ArrayLike<number>, window: Window): Throughput {
  let sum = 0;
  let events = 0;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const atMs = pairs[i] ?? 0;
    if (atMs < window.startMs || atMs > window.endMs) continue;
    sum += pairs[i + 1] ?? 0;
    events++;
  }
  const ratePerSecond = (sum * 1000) / (window.endMs - window.startMs);
  if (events < INTERVAL_FLOOR) return { ratePerSecond, events, interval: undefined };
  const spread = intervalOfBlocks(ratesOfBlocks(pairs, window.startMs, window.endMs), ratePerSecond);
  return { ratePerSecond, events, interval: { ...spread, low: Math.max(spread.low, 0) } };
}
