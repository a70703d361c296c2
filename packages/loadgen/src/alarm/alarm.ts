import { Worker } from 'node:worker_threads';
import type { Clock } from '@assay/timebase';
import { type AlarmThreadData, GENERATION, RING_AT_MS } from './serve-alarm.ts';

/** Wakes the event loop at a moment that its own timers know to a millisecond only. */
export interface Alarm {
  /** Calls `ring` once at `atMs`, some ten microseconds later where the machine is idle. A further call takes the place of the one before. */
  ringAt(atMs: number, ring: () => void): void;
  close(): Promise<void>;
}

/** The thread holds two numbers: it needs a heap for its own start alone. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64, stackSizeMb: 1 } as const;

/**
 * An alarm by a thread that sleeps in the kernel until the moment has come and then sends a message. Resolves when the thread is there.
 *
 * @param entry Module that calls `serveAlarm()`
 * @throws whatever keeps the thread from its start
 */
export async function startAlarm(entry: URL, clock: Clock): Promise<Alarm> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const times = new Float64Array(new SharedArrayBuffer(8));
  const data: AlarmThreadData = { assayAlarm: { words, times } };
  // Threads count from origins of their own; the high-resolution time is one for all.
  const offsetMs = Number(process.hrtime.bigint()) / 1e6 - clock.nowMs();
  times[RING_AT_MS] = Number.POSITIVE_INFINITY;
  const worker = new Worker(entry, { workerData: data, resourceLimits: LIMITS });
  let ring: (() => void) | undefined;
  await new Promise<void>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  worker.on('error', () => undefined);
  worker.unref();
  worker.on('message', () => {
    const rung = ring;
    ring = undefined;
    rung?.();
  });
  return {
    ringAt: (atMs, callback) => {
      ring = callback;
      times[RING_AT_MS] = atMs + offsetMs;
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION);
    },
    close: async () => {
      ring = undefined;
      await worker.terminate();
    },
  };
}
