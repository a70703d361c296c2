import type { Clock, Timer } from '@assay/timebase';
import type { LoadConfig } from '../run.ts';
import type { FlightSet } from './flight-set.ts';

export interface TimeoutScanOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly config: LoadConfig;
  readonly inFlight: FlightSet;
  isOver(): boolean;
  /** After each look, for what else has a time limit. */
  onLook(nowMs: number): void;
}

const END_GRACE_MS = 1000;

/**
 * Looks at every request in flight for a passed limit, again and again. A turn that comes late is left out once, so that answers which
 * wait in sockets are read before they are judged missing.
 */
export function startTimeoutScan(options: TimeoutScanOptions): void {
  const { clock, timer, config, inFlight } = options;
  const { firstTokenMs, stallMs, totalMs } = config.timeouts;
  const everyMs = Math.min(50, Math.max(5, Math.min(firstTokenMs, stallMs, totalMs) / 8));
  const timeouts = { ...config.timeouts, endGraceMs: END_GRACE_MS };

  function look(dueMs: number, wasSkipped: boolean): void {
    if (options.isOver()) return;
    const nowMs = clock.nowMs();
    const isSkipped = !wasSkipped && nowMs - dueMs >= everyMs;
    if (!isSkipped) {
      for (const flight of inFlight.snapshot()) flight.checkTimeouts(nowMs, timeouts, config.stream);
      options.onLook(nowMs);
    }
    timer.after(everyMs, () => look(nowMs + everyMs, isSkipped));
  }

  look(clock.nowMs(), false);
}
