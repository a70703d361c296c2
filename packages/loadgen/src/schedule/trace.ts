import type { OffsetAt } from './schedule.ts';

export interface TraceOffsets {
  readonly offsetMsAt: OffsetAt;
  readonly count: number;
  readonly endMs: number;
}

/**
 * Offsets of a trace, counted from its first request. `timeScale` 2 replays at twice the speed.
 * The trace ends one mean gap after its last request.
 */
export function traceOffsets(offsetsMs: readonly number[], timeScale: number): TraceOffsets {
  const offsets = Float64Array.from(offsetsMs, (offset) => offset / timeScale);
  const count = offsets.length;
  const last = offsets[count - 1] ?? 0;
  const endMs = count > 1 ? last + last / (count - 1) : last;
  return { offsetMsAt: (index) => offsets[index] ?? Number.POSITIVE_INFINITY, count, endMs };
}
