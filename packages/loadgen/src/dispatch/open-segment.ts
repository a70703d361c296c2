import type { OpenSchedule } from '../schedule/schedule.ts';
import type { Share } from '../shard/share.ts';
import { alignOffsetMs } from './due-grid.ts';
import type { LookAhead } from './look-ahead.ts';
import type { OpenSegment } from './open-loop.ts';

/** One worker's share of a phase of an open loop that begins at `startAtMs`. */
export function openSegment(
  phase: 'warmup' | 'measure',
  { count, offsetMsAt }: OpenSchedule,
  share: Share,
  lookAhead: LookAhead,
  startAtMs: number,
): OpenSegment {
  const dueAtMs = (at: number): number => startAtMs + alignOffsetMs(offsetMsAt(share.indexAt(at)));
  return { phase, count: share.countOf(count), lookAhead, dueAtMs };
}
