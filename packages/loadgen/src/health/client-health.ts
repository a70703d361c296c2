import type { Shortage } from '@assay/contracts';
import type { ClientHealth, ReadDelayHealth } from '../events.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { clientFindings } from './findings.ts';
import type { GcPauses } from './gc-pauses.ts';
import type { LoopDelay } from './health-probe.ts';
import type { LiveStats } from './live-stats.ts';

/** What was seen of the client over the measured part of a run. */
export interface HealthObservation {
  readonly stats: LiveStats;
  readonly schedule: Schedule;
  /** The run ended before its schedule. */
  readonly isCut: boolean;
  readonly loopDelay: LoopDelay | undefined;
  readonly gcPauses: GcPauses | undefined;
  readonly maxRssMiB: number | undefined;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly lateAfterMs: number;
  readonly readDelay: ReadDelayHealth | undefined;
  readonly shortages: readonly Shortage[];
}

const MIN_WALL_MS = 500;

/** Figures and findings on the client's own part in a run. */
export function summarizeHealth(observation: HealthObservation): ClientHealth {
  const { stats, schedule, loopDelay, gcPauses, wallMs } = observation;
  const lag = stats.dispatchLagUs;
  const lagMs = (q: number): number | undefined => (lag.count === 0 ? undefined : lag.quantile(q) / 1000);
  const lateDispatchRatio = stats.sentMeasured === 0 ? undefined : stats.lateDispatches / stats.sentMeasured;
  const isOpenLoop = schedule.kind !== 'closed';
  const isPlanned = schedule.kind === 'open';
  // Which turns of conversations are due depends on the answers: those that were are the ones in the records.
  const dueRequests = isPlanned && !observation.isCut ? schedule.count : stats.offered;
  const cpuRatio = wallMs < MIN_WALL_MS ? undefined : observation.cpuMs / wallMs;
  const gcRatio = wallMs < MIN_WALL_MS || gcPauses === undefined ? undefined : gcPauses.ratio;
  const endMs = isPlanned ? schedule.endMs : 0;
  return {
    loopDelayP50Ms: loopDelay?.p50Ms,
    loopDelayP99Ms: loopDelay?.p99Ms,
    loopDelayMaxMs: loopDelay?.maxMs,
    gcPauses,
    cpuRatio,
    maxRssMiB: observation.maxRssMiB,
    dispatchLagP50Ms: lagMs(0.5),
    dispatchLagP99Ms: lagMs(0.99),
    dispatchLagMaxMs: lag.count === 0 ? undefined : lag.max / 1000,
    lateDispatchRatio,
    offeredPerSecond: isPlanned ? schedule.ratePerSecond : undefined,
    sentPerSecond: isPlanned && endMs > 0 && !observation.isCut ? (stats.sentInTime * 1000) / endMs : undefined,
    readDelay: observation.readDelay,
    findings: clientFindings({
      loopDelayP99Ms: loopDelay?.p99Ms,
      gcRatio,
      gcLongestMs: gcPauses?.maxMs,
      cpuRatio,
      lateDispatchRatio,
      lateAfterMs: observation.lateAfterMs,
      dispatchLagP99Ms: lagMs(0.99),
      dueRequests,
      sentRequests: observation.isCut ? stats.sentMeasured : stats.sentInTime,
      isOpenLoop,
      shortages: observation.shortages,
    }),
  };
}
