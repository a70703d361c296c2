import type { Clock, Timer } from '@assay/timebase';

/** How the wait for an idle service ended. */
export interface IdleWait {
  readonly waitedMs: number;
  /** Its answers to single requests came as fast as before any load. */
  readonly isIdle: boolean;
}

export interface IdleOptions {
  /** From {@link idleLimitMs}. */
  readonly limitMs: number;
  /** Longest time of the wait, milliseconds. */
  readonly longestMs: number;
  /** Sends one request and waits for its end: how long that took, `undefined` where it failed. Gives up after so many milliseconds. */
  request(withinMs: number): Promise<number | undefined>;
  readonly clock: Clock;
  readonly timer: Timer;
}

/** Answers in a row that show an idle service. */
const IN_A_ROW = 2;
/** Between requests to a service that is not idle yet. */
const PAUSE_MS = 50;
const LEAST_ANSWERS = 2;
const SLOWER_FACTOR = 1.25;
const SLOWER_MS = 5;

/**
 * Time within which an idle service answers a single request, by the answers it gave before any load: a quarter and 5 ms above the slowest of
 * them. `undefined` below two answers, where nothing can be waited for.
 */
export function idleLimitMs(latenciesMs: readonly (number | undefined)[]): number | undefined {
  const answered = latenciesMs.filter((latencyMs) => latencyMs !== undefined);
  return answered.length < LEAST_ANSWERS ? undefined : SLOWER_FACTOR * Math.max(...answered) + SLOWER_MS;
}

/**
 * Waits until a service has worked off what an earlier load left behind: a server may go on with requests whose client is gone. Single requests
 * are sent one after another until two in a row are as fast as they were before any load, or the longest time is over.
 */
export async function untilIdle({ limitMs, longestMs, request, clock, timer }: IdleOptions): Promise<IdleWait> {
  const startMs = clock.nowMs();
  let inARow = 0;
  for (;;) {
    const latencyMs = await request(longestMs - (clock.nowMs() - startMs));
    inARow = latencyMs !== undefined && latencyMs <= limitMs ? inARow + 1 : 0;
    const waitedMs = clock.nowMs() - startMs;
    if (inARow >= IN_A_ROW) return { waitedMs, isIdle: true };
    if (waitedMs >= longestMs) return { waitedMs, isIdle: false };
    if (inARow === 0) {
      await new Promise<void>((resolve) => {
        timer.after(PAUSE_MS, resolve);
      });
    }
  }
}
