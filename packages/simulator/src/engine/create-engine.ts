import type { ResolvedOptions } from '../options.ts';
import { BatchingEngine } from './batching.ts';
import type { DueQueue } from './due-queue.ts';
import type { Engine } from './engine.ts';
import type { EngineClock } from './engine-clock.ts';
import { FixedTimingEngine } from './fixed-timing.ts';

/** The engine that the options ask for, on the given clock. `onStep` hears the tokens of each step of the batching engine. */
export function createEngine(
  options: ResolvedOptions,
  queue: DueQueue,
  clock: EngineClock,
  onStep?: (tokens: number) => void,
): Engine {
  if (options.engine === 'fixed') return new FixedTimingEngine(options, queue, clock);
  const { slots, queueLimit, batching } = options;
  return new BatchingEngine({ ...batching, slots, queueLimit }, queue, clock, onStep);
}
