import type { ResolvedOptions } from '../options.ts';
import type { DueQueue } from './due-queue.ts';
import type { Engine } from './engine.ts';
import type { EngineClock } from './engine-clock.ts';
import { FixedTimingEngine } from './fixed-timing.ts';

/** The engine that the options ask for, on the given clock. */
export function createEngine(options: ResolvedOptions, queue: DueQueue, clock: EngineClock): Engine {
  return new FixedTimingEngine(options, queue, clock);
}
