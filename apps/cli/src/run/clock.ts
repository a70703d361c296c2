import { type Clock, createSystemClock, createSystemTimer, type Timer } from '@assay/timebase';

/** The clock of all records: milliseconds of `performance.now()`, monotonic. */
export const CLOCK: Clock = createSystemClock(performance);

export const TIMER: Timer = createSystemTimer<NodeJS.Timeout>({
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle),
});
