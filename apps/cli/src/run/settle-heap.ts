import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage now: what start-up left behind would otherwise be collected during the first second of the load, in pauses of tens of milliseconds. */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  const run: unknown = runInNewContext('gc');
  if (typeof run === 'function') run();
}

/**
 * Gives back what the load needed and lets the part of the heap for young objects grow no further: walks over the records leave much garbage, and time
 * does not press any more.
 */
export function shrinkHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  settleHeap();
}
