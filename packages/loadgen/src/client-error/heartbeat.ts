import type { Clock, Timer } from '@assay/timebase';
import type { ReadDelays } from './read-delays.ts';

/**
 * With the timer's slack the longest time for which a held-up thread can be taken for a waiting one, and what a read is charged with when a timer was just
 * late: short, so that both are small beside a latency. A beat costs some 5 µs.
 */
export const HEARTBEAT_MS = 3;

/** Beats `delays` every {@link HEARTBEAT_MS} until the returned function is called. */
export function startHeartbeat(
  delays: ReadDelays,
  ports: { readonly clock: Clock; readonly timer: Timer },
): () => void {
  let cancel: () => void;
  const beat = (): void => {
    delays.beat(ports.clock.nowMs());
    cancel = ports.timer.after(HEARTBEAT_MS, beat);
  };
  cancel = ports.timer.after(HEARTBEAT_MS, beat);
  return () => {
    cancel();
    delays.stop();
  };
}
