import type { WorkerSummary } from '../events.ts';
import type { ClockOffset } from './clock-offset.ts';
import { IndexSet } from './index-set.ts';
import type { ShardLink } from './link.ts';
import type { ShardClock, ShardCounters, ShardProgress, ShardSummary } from './protocol.ts';
import { createShare, type Share } from './share.ts';

/** Requests by phase. */
export type PhaseSets = Readonly<Record<'warmup' | 'measure', IndexSet>>;

/** What the coordinator knows of one worker. */
export class ShardState {
  readonly link: ShardLink;
  readonly share: Share;
  readonly started: PhaseSets = { warmup: new IndexSet(), measure: new IndexSet() };
  readonly ended: PhaseSets = { warmup: new IndexSet(), measure: new IndexSet() };
  clock: ShardClock | undefined;
  offset: ClockOffset = { offsetMs: 0, errorMs: 0 };
  counters: ShardCounters | undefined;
  phase: 'warmup' | 'measure' | 'drain' = 'warmup';
  summary: ShardSummary | undefined;
  /** Why it is lost; `undefined` while it is not. */
  lost: string | undefined;
  /** It gives permits back: it has no requests left to begin. */
  isIdle = false;
  /** Permits it holds, where they travel as messages. */
  permits: number;

  constructor(link: ShardLink, index: number, count: number, permits: number | undefined) {
    this.link = link;
    this.share = createShare({ index, count });
    this.permits = permits === undefined ? 0 : this.share.permitsOf(permits);
  }

  get isAtWork(): boolean {
    return this.summary === undefined && this.lost === undefined;
  }

  take(progress: ShardProgress): void {
    for (const phase of ['warmup', 'measure'] as const) {
      for (const index of progress.started[phase]) this.started[phase].add(index);
      for (const index of progress.ended[phase]) this.ended[phase].add(index);
    }
    this.counters = progress.counters;
  }

  summarize(): WorkerSummary {
    return {
      index: this.share.place.index,
      kind: this.link.kind,
      ...(this.link.host === undefined ? {} : { host: this.link.host }),
      status: this.summary?.status ?? 'lost',
      requests: this.ended.warmup.size + this.ended.measure.size,
      clockOffsetMs: round(this.offset.offsetMs),
      clockErrorMs: round(this.offset.errorMs),
    };
  }
}

function round(ms: number): number {
  return Math.round(ms * 1e6) / 1e6;
}
