import type { Outcome } from '@assay/contracts';
import type { ReadDelayHealth, RunPhase, RunSummary } from '../events.ts';
import type { GcPauses } from '../health/gc-pauses.ts';
import type { ShardPlace } from './share.ts';

/**
 * What a coordinator and the workers of one load say to each other. All of it is plain JSON, so that anything that carries text carries it: a
 * thread's port, a child's pipe, a socket of another machine. Raised when a message changes its meaning.
 */
export const SHARD_PROTOCOL = 1;

/** From the coordinator. Times are milliseconds of the receiver's own clock. */
export type ToShard =
  /** The first message: which part to make of what. `job` is the application's own. */
  | { readonly type: 'job'; readonly protocol: number; readonly place: ShardPlace; readonly job: unknown }
  | { readonly type: 'clock-probe'; readonly id: number }
  /** The barrier opens: time 0 of all records. */
  | { readonly type: 'start'; readonly originMs: number }
  /** No further request; those in flight go on. */
  | { readonly type: 'stop' }
  /** Requests in flight end at once. */
  | { readonly type: 'kill' }
  /** Records cannot be kept any more. */
  | { readonly type: 'fail'; readonly code: 'RECORD_WRITE_FAILED'; readonly message: string }
  /** Permits that other workers gave back. */
  | { readonly type: 'grant'; readonly permits: number };

/** From a worker. */
export type FromShard =
  /** The answer to `job`, before the work begins. */
  | { readonly type: 'hello'; readonly protocol: number; readonly clock: ShardClock }
  | { readonly type: 'clock-echo'; readonly id: number; readonly nowMs: number }
  /** Stands at the barrier. */
  | { readonly type: 'ready' }
  /** Cannot take part. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string; readonly hint?: string }
  | ({ readonly type: 'progress' } & ShardProgress)
  | { readonly type: 'phase'; readonly phase: RunPhase }
  | { readonly type: 'warning'; readonly code: string; readonly message: string }
  /** Permits this worker has no more work for. */
  | { readonly type: 'free'; readonly permits: number }
  /** The last message: everything was told. */
  | { readonly type: 'ended'; readonly summary: ShardSummary };

/** Tells whether two clocks are one: the same machine counts the same nanoseconds. */
export interface ShardClock {
  /** Names the machine and its start; empty where that is not known. */
  readonly machine: string;
  /** The machine's monotonic nanoseconds at time 0 of the worker's clock. */
  readonly zeroNs: string;
}

/** Requests by their indices in the whole load. */
interface PhaseIndices {
  readonly warmup: readonly number[];
  readonly measure: readonly number[];
}

/** News since the last progress, and counters of the whole run so far. */
export interface ShardProgress {
  /** Whole lines of `requests.jsonl`, newlines included. */
  readonly lines: string;
  readonly started: PhaseIndices;
  readonly ended: PhaseIndices;
  /** Values for the histograms, microseconds. */
  readonly ttftUs: readonly number[];
  readonly dispatchLagUs: readonly number[];
  readonly counters: ShardCounters;
}

/** Counters so far; see `LiveStats`. */
export interface ShardCounters {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly outcomeCodes: Readonly<Record<string, number>>;
  readonly offered: number;
  readonly warmupRequests: number;
  readonly sent: number;
  readonly sentMeasured: number;
  readonly sentInTime: number;
  readonly lateDispatches: number;
  readonly inFlight: number;
}

/** What a worker's own summary tells beside its counters; absent where it is not known. */
export interface ShardSummary
  extends Pick<RunSummary, 'status' | 'elapsedMs' | 'connections'>,
    Partial<Pick<RunSummary, 'failure' | 'measureFromMs' | 'window'>> {
  readonly health: {
    readonly loopDelayP50Ms?: number | undefined;
    readonly loopDelayP99Ms?: number | undefined;
    readonly loopDelayMaxMs?: number | undefined;
    readonly gcPauses?: GcPauses | undefined;
    readonly cpuRatio?: number | undefined;
    readonly maxRssMiB?: number | undefined;
    readonly readDelay?: ReadDelayHealth | undefined;
  };
}
