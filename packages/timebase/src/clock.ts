/** Monotonic time in milliseconds since an origin of the clock's own; it never goes back and knows nothing of the wall. */
export interface Clock {
  nowMs(): number;
}

/** Runs a function once after a delay; the returned function cancels it and may be called any number of times. */
export interface Timer {
  after(delayMs: number, run: () => void): () => void;
}

/** What a platform offers: `performance.now` and its timers fit. */
export interface TimerFunctions<Handle> {
  setTimeout(run: () => void, delayMs: number): Handle;
  clearTimeout(handle: Handle): void;
}

/** A clock over the platform's own monotonic source, for example `performance`. */
export function createSystemClock(source: { now(): number }): Clock {
  return { nowMs: () => source.now() };
}

/** A timer over the platform's own `setTimeout` and `clearTimeout`. */
export function createSystemTimer<Handle>(functions: TimerFunctions<Handle>): Timer {
  return {
    after: (delayMs, run) => {
      const handle = functions.setTimeout(run, delayMs);
      return () => functions.clearTimeout(handle);
    },
  };
}
