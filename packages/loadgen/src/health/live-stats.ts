import type { Outcome, RequestRecord } from '@assay/contracts';
import { createHistogram, type Histogram } from '@assay/stats';

const HOUR_US = 3_600_000_000;

/** Counters of a run, constant in size. Histograms hold microseconds. */
export interface LiveStats {
  readonly outcomes: Record<Outcome, number>;
  readonly outcomeCodes: Record<string, number>;
  readonly ttftUs: Histogram;
  readonly dispatchLagUs: Histogram;
  offered: number;
  warmupRequests: number;
  sent: number;
  sentMeasured: number;
  /** Measured requests that left while the schedule was running. */
  sentInTime: number;
  lateDispatches: number;
  lastEndAtMs: number | undefined;
}

export function createLiveStats(): LiveStats {
  return {
    outcomes: { ok: 0, http: 0, timeout: 0, network: 0, protocol: 0, aborted: 0, dropped: 0 },
    outcomeCodes: {},
    ttftUs: createHistogram({ lowest: 1, highest: HOUR_US, digits: 3 }),
    dispatchLagUs: createHistogram({ lowest: 1, highest: HOUR_US, digits: 3 }),
    offered: 0,
    warmupRequests: 0,
    sent: 0,
    sentMeasured: 0,
    sentInTime: 0,
    lateDispatches: 0,
    lastEndAtMs: undefined,
  };
}

function clampUs(ms: number): number {
  return Math.min(Math.max(Math.round(ms * 1000), 1), HOUR_US);
}

/** Counts a request handed to the transport. */
export function countDispatch(stats: LiveStats, isMeasured: boolean, lagMs: number, lateAfterMs: number): void {
  stats.sent++;
  if (!isMeasured) return;
  stats.sentMeasured++;
  stats.dispatchLagUs.record(clampUs(lagMs));
  if (lagMs > lateAfterMs) stats.lateDispatches++;
}

/** Counts a finished request; warm-up requests count apart and into nothing else. */
export function countRecord(stats: LiveStats, record: RequestRecord): void {
  if (record.phase === 'warmup') {
    stats.warmupRequests++;
    return;
  }
  stats.offered++;
  stats.outcomes[record.outcome]++;
  if (record.code !== null) stats.outcomeCodes[record.code] = (stats.outcomeCodes[record.code] ?? 0) + 1;
  if (record.outcome === 'ok' && record.firstTokenMs !== null) {
    stats.ttftUs.record(clampUs(record.firstTokenMs - record.scheduledMs));
  }
}
