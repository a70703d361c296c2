import type { Clock, Timer } from './clock.ts';

/** The part of an `AbortSignal` that a sleep needs. */
export interface SleepSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Platform timers hold a delay in 31 bits and fire at once when it is larger. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Waits until the clock shows at least `dueMs`. The due time is absolute, so that the lateness of one sleep never adds to the next;
 * timers may fire up to a millisecond early, so the clock is asked again before the sleep ends.
 * Resolves with `'due'`, or with `'aborted'` as soon as the signal fires.
 */
export function sleepUntil(
  clock: Clock,
  timer: Timer,
  dueMs: number,
  signal?: SleepSignal,
): Promise<'due' | 'aborted'> {
  return new Promise((resolve) => {
    let cancel = (): void => undefined;
    const onAbort = (): void => {
      cancel();
      resolve('aborted');
    };
    const wait = (): void => {
      const leftMs = dueMs - clock.nowMs();
      // Written so that a due time that is no number ends at once instead of waiting for ever.
      if (!(leftMs > 0)) {
        signal?.removeEventListener('abort', onAbort);
        resolve('due');
        return;
      }
      cancel = timer.after(Math.min(leftMs, MAX_DELAY_MS), wait);
    };
    if (signal?.aborted === true) {
      resolve('aborted');
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    wait();
  });
}
