import { type Clock, createSystemClock, type Timer } from '@assay/timebase';

/** The clock of all records: milliseconds of `performance.now()`, monotonic. */
export const CLOCK: Clock = createSystemClock(performance);

export const TIMER: Timer = {
  after(ms, callback) {
    const timeout = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timeout) };
  },
};
