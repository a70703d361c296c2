import { performance } from 'node:perf_hooks';

/** Time and one-shot wake-ups, the only platform need of the engines: real or virtual. */
export interface EngineClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Calls `wake` once at `dueMs` or a little later; a new call replaces the one before. */
  wakeAt(dueMs: number, wake: () => void): void;
  /** Drops the pending wake-up. */
  cancel(): void;
}

/**
 * The process's own clock. Wake-ups have a grain of one millisecond: everything due in that millisecond is one batch,
 * which is what lets one core serve a thousand streams.
 */
export function createRealClock(): EngineClock {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let pending: (() => void) | undefined;
  const cancel = (): void => {
    pending = undefined;
    if (timer !== undefined) clearTimeout(timer);
    if (immediate !== undefined) clearImmediate(immediate);
    timer = undefined;
    immediate = undefined;
  };
  const fire = (): void => {
    // Nothing is left to be cleared, which costs more than it looks at fifty thousand wake-ups a second.
    timer = undefined;
    immediate = undefined;
    const wake = pending;
    pending = undefined;
    wake?.();
  };
  return {
    nowMs: () => performance.now(),
    wakeAt(dueMs, wake) {
      const inMs = dueMs - performance.now();
      if (inMs <= 0 && immediate !== undefined) {
        pending = wake;
        return;
      }
      cancel();
      pending = wake;
      if (inMs <= 0) immediate = setImmediate(fire);
      else timer = setTimeout(fire, Math.max(1, Math.ceil(inMs)));
    },
    cancel,
  };
}

/** A clock that jumps from wake-up to wake-up: the same engine code runs as fast as the processor allows. */
export interface VirtualClock extends EngineClock {
  /** Runs every pending wake-up up to and including `untilMs`, then stands at `untilMs` (or at the last wake-up when infinite). */
  runUntil(untilMs: number): void;
}

/** Starts at 0 ms. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  let due = Number.POSITIVE_INFINITY;
  let pending: (() => void) | undefined;
  return {
    nowMs: () => now,
    wakeAt(dueMs, wake) {
      due = Math.max(now, dueMs);
      pending = wake;
    },
    cancel() {
      due = Number.POSITIVE_INFINITY;
      pending = undefined;
    },
    runUntil(untilMs) {
      while (pending !== undefined && due <= untilMs) {
        now = due;
        const wake = pending;
        pending = undefined;
        due = Number.POSITIVE_INFINITY;
        wake();
      }
      if (Number.isFinite(untilMs)) now = Math.max(now, untilMs);
    },
  };
}
