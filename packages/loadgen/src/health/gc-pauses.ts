import { PerformanceObserver, performance } from 'node:perf_hooks';

/** Collections of garbage that stopped a thread. */
export interface GcPauses {
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** Share of the time since the start of the watch. */
  readonly ratio: number;
}

/** Adds up the pauses of its own thread; constant in size. */
export interface GcMeter {
  /** Forgets what was seen and starts to watch. */
  start(): void;
  /** Pauses since `start`. */
  pauses(): GcPauses;
  stop(): void;
}

/** Meter on Node's own entries of type `gc`; every thread has a heap of its own, so each needs its own meter. */
export function createGcMeter(): GcMeter {
  let count = 0;
  let totalMs = 0;
  let maxMs = 0;
  let startMs = 0;
  const add = (entries: readonly { readonly duration: number }[]): void => {
    for (const { duration } of entries) {
      count++;
      totalMs += duration;
      maxMs = Math.max(maxMs, duration);
    }
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  return {
    start: () => {
      observer.takeRecords();
      count = 0;
      totalMs = 0;
      maxMs = 0;
      startMs = performance.now();
      observer.observe({ type: 'gc' });
    },
    pauses: () => {
      // Entries are handed over on a later turn; those of the last one wait here.
      add(observer.takeRecords());
      const elapsedMs = performance.now() - startMs;
      return { count, totalMs, maxMs, ratio: elapsedMs > 0 ? totalMs / elapsedMs : 0 };
    },
    stop: () => observer.disconnect(),
  };
}

/** Of several threads the longest pause and the one that stood still most; `undefined` where none tells. */
export function worstGcPauses(all: readonly (GcPauses | undefined)[]): GcPauses | undefined {
  const known = all.filter((pauses) => pauses !== undefined);
  const most = known.toSorted((a, b) => b.ratio - a.ratio)[0];
  if (most === undefined) return undefined;
  const count = known.reduce((sum, pauses) => sum + pauses.count, 0);
  return { ...most, count, maxMs: Math.max(...known.map(({ maxMs }) => maxMs)) };
}
