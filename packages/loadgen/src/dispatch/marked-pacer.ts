import type { Clock } from '@assay/timebase';
import type { ReadDelays } from '../client-error/read-delays.ts';
import type { Pacer } from './pacer.ts';

/** A pacer that tells the meter of its turns: between them the sockets are looked at. */
export function markedPacer(pacer: Pacer, clock: Clock, readDelays: ReadDelays | undefined): Pacer {
  if (readDelays === undefined) return pacer;
  const marked = (callback: () => void) => (): void => {
    readDelays.mark(clock.nowMs());
    callback();
    readDelays.onWorkEnd(clock.nowMs());
  };
  const { at } = pacer;
  return {
    soon: (callback) => pacer.soon(marked(callback)),
    at: at === undefined ? undefined : (atMs, callback) => at(atMs, marked(callback)),
  };
}
