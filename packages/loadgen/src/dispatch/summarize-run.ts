import type { ReadDelayHealth, RunStatus, RunSummary } from '../events.ts';
import { summarizeHealth } from '../health/client-health.ts';
import type { GcPauses } from '../health/gc-pauses.ts';
import type { LoopDelay } from '../health/health-probe.ts';
import type { LiveStats } from '../health/live-stats.ts';
import type { Schedule } from '../schedule/schedule.ts';

/** What is known of a run when its last request has ended; times are those of its clock. */
export interface EndedRun {
  readonly stats: LiveStats;
  readonly schedule: Schedule;
  readonly status: RunStatus;
  readonly failure: RunSummary['failure'];
  readonly originMs: number;
  readonly measureAtMs: number | undefined;
  readonly stoppedAtMs: number | undefined;
  readonly endAtMs: number;
  /** A loop whose duration may end it as well ended by its number of requests. */
  readonly isCountReached: boolean;
  readonly loopDelay: LoopDelay | undefined;
  readonly gcPauses: GcPauses | undefined;
  readonly maxRssMiB: number | undefined;
  readonly cpuMs: number;
  readonly lateAfterMs: number;
  readonly readDelay: ReadDelayHealth | undefined;
  readonly connections: RunSummary['connections'];
}

const LATE_FLOOR_MS = 1;

/** A dispatch later than this is late: 5 % of the mean gap, and a millisecond at least. */
export function lateAfterMsOf(schedule: Schedule): number {
  const meanGapMs = schedule.kind !== 'closed' && schedule.ratePerSecond > 0 ? 1000 / schedule.ratePerSecond : 0;
  return Math.max(LATE_FLOOR_MS, 0.05 * meanGapMs);
}

export function summarizeRun(run: EndedRun): RunSummary {
  const { stats, measureAtMs, connections } = run;
  const relative = (atMs: number): number => Math.round((atMs - run.originMs) * 1000) / 1000;
  const windowEndMs = windowEndMsOf(run);
  const hasWindow = measureAtMs !== undefined && windowEndMs > measureAtMs && stats.offered > 0;
  return {
    status: run.status,
    failure: run.failure,
    offered: stats.offered,
    warmupRequests: stats.warmupRequests,
    outcomes: { ...stats.outcomes },
    outcomeCodes: { ...stats.outcomeCodes },
    measureFromMs: measureAtMs === undefined ? undefined : relative(measureAtMs),
    window: hasWindow ? { startMs: relative(measureAtMs), endMs: relative(windowEndMs) } : undefined,
    elapsedMs: relative(run.endAtMs),
    clientHealth: summarizeHealth({
      stats,
      schedule: run.schedule,
      isCut: run.status !== 'finished',
      loopDelay: run.loopDelay,
      gcPauses: run.gcPauses,
      maxRssMiB: run.maxRssMiB,
      cpuMs: run.cpuMs,
      wallMs: measureAtMs === undefined ? 0 : run.endAtMs - measureAtMs,
      lateAfterMs: run.lateAfterMs,
      readDelay: run.readDelay,
      shortages: connections.shortages ?? [],
    }),
    connections: { ...connections },
  };
}

/** A duration ends the window; without one it lasts until the last measured request has ended. */
function windowEndMsOf({ stats, schedule, status, measureAtMs, stoppedAtMs, isCountReached }: EndedRun): number {
  if (status !== 'finished') return Math.max(stoppedAtMs ?? 0, 0);
  const isTimed = schedule.durationMs !== undefined && !isCountReached;
  return isTimed ? (measureAtMs ?? 0) + (schedule.durationMs ?? 0) : (stats.lastEndAtMs ?? 0);
}
