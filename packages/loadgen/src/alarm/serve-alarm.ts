import { parentPort, workerData } from 'node:worker_threads';

export interface AlarmThreadData {
  readonly assayAlarm: {
    /** One word, raised with each new time. */
    readonly words: Int32Array<SharedArrayBuffer>;
    /** One time of the machine's monotonic clock, ms. */
    readonly times: Float64Array<SharedArrayBuffer>;
  };
}

export const GENERATION = 0;
export const RING_AT_MS = 0;

/** Whether this thread was started by `startAlarm`. */
export function isAlarmThread(): boolean {
  return typeof workerData === 'object' && workerData !== null && 'assayAlarm' in workerData;
}

/** The thread's side of `startAlarm`; ends when it is terminated. */
export function serveAlarm(): never {
  const { words, times } = (workerData as AlarmThreadData).assayAlarm;
  parentPort?.postMessage('ready');
  for (;;) {
    const generation = Atomics.load(words, GENERATION);
    const leftMs = (times[RING_AT_MS] ?? Number.POSITIVE_INFINITY) - Number(process.hrtime.bigint()) / 1e6;
    if (leftMs > 0 && Atomics.wait(words, GENERATION, generation, leftMs) !== 'timed-out') continue;
    parentPort?.postMessage(0);
    Atomics.wait(words, GENERATION, generation);
  }
}
