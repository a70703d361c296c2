import type { Finding, RunConfig } from '@assay/contracts';
import { type RecordSink, type RunShardsOptions, type RunSummary, runShards, type Schedule } from '@assay/loadgen';
import type { WorkerJob } from '../run/worker-job.ts';
import { type GatherInput, gatherMachines } from './gather-machines.ts';
import { readSentFiles } from './sent-files.ts';
import type { SentJob } from './shard-job.ts';

export interface MachinesLoad
  extends Omit<GatherInput, 'name' | 'longestMs'>,
    Pick<RunShardsOptions, 'prompts' | 'clock' | 'timer' | 'onEvent'> {
  readonly config: RunConfig;
  readonly schedule: Schedule;
  readonly job: WorkerJob;
  openSink(): Promise<RecordSink>;
}

/** Makes a load with workers of other machines, from their joining to their end. */
export async function loadWithMachines(
  load: MachinesLoad,
): Promise<{ readonly summary: RunSummary; readonly findings: readonly Finding[] }> {
  const { config, interrupt, openSink } = load;
  const job: SentJob = { ...load.job, files: readSentFiles(config) };
  const machines = await gatherMachines({ ...load, name: config.name, longestMs: longestMsOf(load) });
  try {
    const summary = await runShards({
      ...load,
      links: machines.links,
      job,
      sink: await openSink(),
      signal: interrupt.drain,
      killSignal: interrupt.kill,
      startWithinMs: load.choice.startWithinMs,
    });
    return { summary, findings: machines.findings() };
  } finally {
    await machines.release();
  }
}

/** The latest end of a load that time bounds. */
export function longestMsOf({ config, schedule }: Pick<MachinesLoad, 'config' | 'schedule'>): number | undefined {
  const loadMs = schedule.kind === 'open' ? schedule.endMs : schedule.durationMs;
  if (loadMs === undefined || !Number.isFinite(loadMs)) return undefined;
  return loadMs + config.warmupMs + 2 * config.timeouts.totalMs;
}
