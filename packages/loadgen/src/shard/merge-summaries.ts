import type { Shortage } from '@assay/contracts';
import { worstReadDelay } from '../client-error/worst-read-delay.ts';
import type { ClientFinding, RunStatus, RunSummary } from '../events.ts';
import { summarizeHealth } from '../health/client-health.ts';
import { worstGcPauses } from '../health/gc-pauses.ts';
import type { LoopDelay } from '../health/health-probe.ts';
import type { LiveStats } from '../health/live-stats.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { addShortages } from '../transport/shortage.ts';
import type { ShardSummary } from './protocol.ts';
import type { ShardState } from './shard-state.ts';

export interface MergedRun {
  readonly shards: readonly ShardState[];
  readonly schedule: Schedule;
  /** Counters of all workers together. */
  readonly stats: LiveStats;
  readonly status: RunStatus;
  readonly failure: RunSummary['failure'];
  readonly lateAfterMs: number;
  /** Records that stand for requests of lost workers. */
  readonly lostRequests: number;
}

const LOST_INVALID = 0.1;

/** One summary of all workers: counters add up, the worst worker stands for the health of the client. */
export function mergeSummaries(run: MergedRun): RunSummary {
  const { shards, stats, status } = run;
  const ended = shards.map(({ summary }) => summary).filter((summary) => summary !== undefined);
  const health = healthOf(run, ended);
  const windows = ended.map(({ window }) => window).filter((window) => window !== undefined);
  const starts = ended.map(({ measureFromMs }) => measureFromMs).filter((ms) => ms !== undefined);
  const shortages = shortagesOf(ended);
  const sum = (key: 'opened' | 'reused' | 'failed'): number =>
    ended.reduce((total, { connections }) => total + connections[key], 0);
  return {
    status,
    failure: run.failure,
    offered: stats.offered,
    warmupRequests: stats.warmupRequests,
    outcomes: { ...stats.outcomes },
    outcomeCodes: { ...stats.outcomeCodes },
    measureFromMs: starts.length === 0 ? undefined : Math.min(...starts),
    window:
      windows.length === 0
        ? undefined
        : {
            startMs: Math.min(...windows.map(({ startMs }) => startMs)),
            endMs: Math.max(...windows.map(({ endMs }) => endMs)),
          },
    elapsedMs: Math.max(0, ...ended.map(({ elapsedMs }) => elapsedMs)),
    clientHealth: { ...health, findings: [...health.findings, ...lostWorkers(run)] },
    connections: {
      opened: sum('opened'),
      reused: sum('reused'),
      failed: sum('failed'),
      ...(shortages.length === 0 ? {} : { shortages }),
    },
    workers: shards.map((shard) => shard.summarize()),
  };
}

/** Threads share one memory, processes and machines add theirs up. */
function memoryOf(shards: readonly ShardState[], sizes: readonly number[]): number | undefined {
  if (sizes.length === 0) return undefined;
  return shards[0]?.link.kind === 'thread' ? Math.max(...sizes) : sizes.reduce((total, size) => total + size, 0);
}

function shortagesOf(ended: readonly ShardSummary[]): readonly Shortage[] {
  return addShortages(ended.map(({ connections }) => connections.shortages ?? []));
}

function healthOf(run: MergedRun, ended: readonly ShardSummary[]): RunSummary['clientHealth'] {
  const worst = (
    key: Exclude<keyof ShardSummary['health'], 'maxRssMiB' | 'readDelay' | 'gcPauses'>,
  ): number | undefined => {
    const values = ended.map(({ health }) => health[key]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : Math.max(...values);
  };
  const p99Ms = worst('loopDelayP99Ms');
  const cpuRatio = worst('cpuRatio');
  const loopDelay: LoopDelay | undefined =
    p99Ms === undefined
      ? undefined
      : { p50Ms: worst('loopDelayP50Ms') ?? 0, p99Ms, maxMs: worst('loopDelayMaxMs') ?? 0 };
  const sizes = ended.map(({ health }) => health.maxRssMiB).filter((size) => size !== undefined);
  // The ratio of the busiest worker, said as a second of wall time.
  const wallMs = cpuRatio === undefined ? 0 : 1000;
  return summarizeHealth({
    stats: run.stats,
    schedule: run.schedule,
    isCut: run.status !== 'finished',
    loopDelay,
    gcPauses: worstGcPauses(ended.map(({ health }) => health.gcPauses)),
    maxRssMiB: memoryOf(run.shards, sizes),
    cpuMs: (cpuRatio ?? 0) * wallMs,
    wallMs,
    lateAfterMs: run.lateAfterMs,
    readDelay: worstReadDelay(ended.map(({ health }) => health.readDelay)),
    shortages: shortagesOf(ended),
  });
}

function lostWorkers({ shards, stats, lostRequests }: MergedRun): ClientFinding[] {
  const lost = shards.filter((shard) => shard.lost !== undefined);
  if (lost.length === 0) return [];
  const names = lost.map((shard) => `${shard.share.place.index} (${shard.lost})`).join(', ');
  const total = stats.offered + stats.warmupRequests;
  return [
    {
      code: 'WORKER_LOST',
      severity: lostRequests > LOST_INVALID * total ? 'invalidates' : 'limits',
      message: `${lost.length} of ${shards.length} workers were lost: ${names}; ${lostRequests} of ${total} requests went with them`,
    },
  ];
}
