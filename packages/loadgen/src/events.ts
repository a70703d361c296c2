import type { DelayFigures, Outcome } from '@assay/contracts';
import type { GcPauses } from './health/gc-pauses.ts';
import type { ConnectionCounts } from './transport/transport.ts';

/** Where a run is: requests before the measurement, the measurement, then the wait for what is still in flight. */
export type RunPhase = 'warmup' | 'measure' | 'drain';

/** Counters of a run at one moment. Rates and quantiles cover the measured phase; `undefined` where nothing was seen yet. */
export interface RunTick {
  readonly kind: 'tick';
  readonly phase: RunPhase;
  readonly elapsedMs: number;
  readonly sent: number;
  readonly inFlight: number;
  readonly ok: number;
  readonly failed: number;
  /** Requests sent per second since the previous tick. */
  readonly ratePerSecond: number;
  readonly ttftP50Ms: number | undefined;
  readonly ttftP99Ms: number | undefined;
  /** Time until the schedule ends, not the drain; `undefined` where only a count bounds a closed loop. */
  readonly remainingMs: number | undefined;
}

/** Comes before the first request is sent. */
export interface RunStarted {
  readonly kind: 'run-started';
  /** The run's start on the monotonic clock, a moment in the near future: every time of a record counts from here. */
  readonly originMs: number;
  /** Measured requests the schedule holds; `undefined` when only time bounds a closed loop. */
  readonly offered: number | undefined;
  /** When measured requests begin; `undefined` when the warm-up is a count of a closed loop. */
  readonly measureFromMs: number | undefined;
}

export type RunEvent =
  | RunStarted
  | { readonly kind: 'phase-changed'; readonly phase: RunPhase; readonly elapsedMs: number }
  | RunTick
  | { readonly kind: 'warning'; readonly code: string; readonly message: string }
  | { readonly kind: 'run-finished'; readonly summary: RunSummary };

export type RunStatus = 'finished' | 'aborted' | 'failed';

/** Validity findings of the client and the figures behind them. */
export interface ClientHealth {
  readonly loopDelayP50Ms: number | undefined;
  readonly loopDelayP99Ms: number | undefined;
  readonly loopDelayMaxMs: number | undefined;
  /** Pauses of the measured part for garbage collection; the worst worker's total and longest. */
  readonly gcPauses: GcPauses | undefined;
  /** Share of one core this process used over the measured window, waiting loops of the pacer taken off. */
  readonly cpuRatio: number | undefined;
  /** Largest resident memory of the process so far, MiB. */
  readonly maxRssMiB: number | undefined;
  readonly dispatchLagP50Ms: number | undefined;
  readonly dispatchLagP99Ms: number | undefined;
  readonly dispatchLagMaxMs: number | undefined;
  readonly lateDispatchRatio: number | undefined;
  /** Offered requests per second of the schedule, and what left the client. */
  readonly offeredPerSecond: number | undefined;
  readonly sentPerSecond: number | undefined;
  /** Delays of reads as seen from inside; `undefined` where no meter was given. */
  readonly readDelay: ReadDelayHealth | undefined;
  readonly findings: readonly ClientFinding[];
}

/** See `ReadDelays`; `undefined` where nothing was seen. */
export interface ReadDelayHealth {
  readonly reads: DelayFigures | undefined;
  readonly firstTokens: DelayFigures | undefined;
  readonly spans: DelayFigures | undefined;
  readonly isCoreTimeKnown: boolean;
}

export type FindingCode =
  | 'LATE_DISPATCH'
  | 'LOOP_LAG'
  | 'CLIENT_CPU'
  | 'OFFERED_SHORTFALL'
  | 'PORTS'
  | 'CONN_LIMIT'
  | 'GC_PAUSE'
  | 'WORKER_LOST';

export interface ClientFinding {
  readonly code: FindingCode;
  readonly severity: 'invalidates' | 'limits' | 'notes';
  readonly message: string;
}

/** What a run came to. Every offered request is in `outcomes` exactly once, warm-up apart. */
export interface RunSummary {
  readonly status: RunStatus;
  /** Why the status is `failed`; `undefined` otherwise. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly offered: number;
  readonly warmupRequests: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly outcomeCodes: Readonly<Record<string, number>>;
  /** Milliseconds since the run's start at which measured requests begin to be due. */
  readonly measureFromMs: number | undefined;
  readonly window: { readonly startMs: number; readonly endMs: number } | undefined;
  readonly elapsedMs: number;
  readonly clientHealth: ClientHealth;
  readonly connections: ConnectionCounts;
  /** Who made the load, where several workers did. */
  readonly workers?: readonly WorkerSummary[];
}

/** One worker's part in a run. */
export interface WorkerSummary {
  readonly index: number;
  readonly kind: 'thread' | 'process' | 'remote';
  /** Machine or pod of a remote worker. */
  readonly host?: string;
  /** How it ended; `lost` when it did not tell. */
  readonly status: RunStatus | 'lost';
  /** Requests it ended, warm-up included. */
  readonly requests: number;
  /** The worker's clock minus that of the run, and how far that may be off, ms. */
  readonly clockOffsetMs: number;
  readonly clockErrorMs: number;
}
