import type { Clock, Timer } from '@assay/timebase';
import type { Pacer } from '../src/dispatch/pacer.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export interface FakeWorld {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly pacer: Pacer;
  /** Runs everything due up to a time. */
  runUntil(ms: number): void;
  /** Like `runUntil`, letting promises settle in between. */
  runUntilAsync(ms: number): Promise<void>;
  /** Moves the clock without running anything: a blocked event loop. */
  block(ms: number): void;
}

/** One queue of timers in virtual time; a turn of the pacer takes 10 µs. */
export function createFakeWorld(): FakeWorld {
  let nowMs = 1000;
  let order = 0;
  const queue: Due[] = [];
  const at = (atMs: number, run: () => void): void => {
    queue.push({ atMs, order: order++, run });
    queue.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  };
  const step = (untilMs: number): boolean => {
    const next = queue[0];
    if (next === undefined || next.atMs > untilMs) return false;
    queue.shift();
    nowMs = Math.max(nowMs, next.atMs);
    next.run();
    return true;
  };
  return {
    clock: { nowMs: () => nowMs },
    timer: {
      after: (ms: number, run: () => void) => {
        const due = nowMs + ms;
        at(due, run);
        return () => undefined;
      },
    } as unknown as Timer,
    pacer: { soon: (run) => at(nowMs + 0.01, run) },
    runUntil: (ms) => {
      while (step(ms));
      nowMs = Math.max(nowMs, ms);
    },
    runUntilAsync: async (ms) => {
      for (let steps = 0; ; steps++) {
        await Promise.resolve();
        if (steps % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
        if (!step(ms)) break;
      }
      nowMs = Math.max(nowMs, ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
    block: (ms) => {
      nowMs += ms;
    },
  };
}
