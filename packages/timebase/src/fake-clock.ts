import type { Clock, Timer } from './clock.ts';

/** A clock and a timer that move only when a test says so. */
export interface FakeClock extends Clock, Timer {
  /** Moves time on and runs everything that falls due on the way, each at its own due time, in order. */
  advance(byMs: number): void;
  readonly pendingCount: number;
}

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Timers of the fake clock fire `earlyMs` too early, as a platform's may. */
export function createFakeClock(options: { readonly startMs?: number; readonly earlyMs?: number } = {}): FakeClock {
  let nowMs = options.startMs ?? 0;
  const earlyMs = options.earlyMs ?? 0;
  let order = 0;
  const pending = new Set<Pending>();
  const next = (): Pending | undefined => [...pending].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
  return {
    nowMs: () => nowMs,
    after: (delayMs, run) => {
      const item: Pending = {
        dueMs: nowMs + Math.max(delayMs - earlyMs, earlyMs > 0 ? Math.min(delayMs, 0.001) : 0),
        order,
        run,
      };
      order += 1;
      pending.add(item);
      return () => {
        pending.delete(item);
      };
    },
    advance: (byMs) => {
      const endMs = nowMs + byMs;
      for (let item = next(); item !== undefined && item.dueMs <= endMs; item = next()) {
        pending.delete(item);
        nowMs = Math.max(nowMs, item.dueMs);
        item.run();
      }
      nowMs = endMs;
    },
    get pendingCount() {
      return pending.size;
    },
  };
}
