import type { Clock, Timer } from '@assay/timebase';
import type { ReadDelays } from './read-delays.ts';

/** Longest time for which a held-up thread can be taken for a waiting one. */
export const HEARTBEAT_MS = 10;

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
