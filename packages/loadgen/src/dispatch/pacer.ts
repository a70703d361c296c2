import type { Alarm } from '../alarm/alarm.ts';

/** Gives the turns of a loop that sends at due times. */
export interface Pacer {
  /** Runs a callback on the next turn of the event loop, after sockets were polled. */
  soon(callback: () => void): void;
  /** Runs a callback close to a moment of the run's clock, in place of the one asked for before; absent where timers of a millisecond are all there is. */
  readonly at?: ((atMs: number, callback: () => void) => void) | undefined;
}

/** Pacer on `setImmediate`: between two turns pending reads are served, so polling does not delay answers. */
export function createImmediatePacer(): Pacer {
  return {
    soon: (callback) => {
      setImmediate(callback);
    },
  };
}

/** The same, and an alarm for the waits in between: it polls for a sixth of the time. */
export function createAlarmPacer(alarm: Alarm): Pacer {
  return { ...createImmediatePacer(), at: (atMs, callback) => alarm.ringAt(atMs, callback) };
}
