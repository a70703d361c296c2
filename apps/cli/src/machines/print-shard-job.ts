import type { RunConfig } from '@assay/contracts';
import { showHostPort } from '../config/host-port.ts';
import { printManifests } from '../render/manifests.ts';
import type { Streams } from '../streams.ts';
import { DEFAULT_PORT, type MachineChoice, type PodChoice } from './machine-choice.ts';

/** Prints the Job that a run with pods would create, without asking any cluster. */
export async function printShardJob(
  { count, pods, listen }: MachineChoice & { readonly pods: PodChoice },
  config: RunConfig,
  streams: Streams,
): Promise<void> {
  const { createSchedule } = await import('@assay/loadgen');
  const { renderShardJob } = await import('@assay/kube/manifests');
  const { jobOptions } = await import('./job-options.ts');
  const { longestMsOf } = await import('./load-with-machines.ts');
  const bounds = { requests: config.requests ?? undefined, durationMs: config.durationMs ?? undefined };
  const schedule = createSchedule(config.load, config.seed, bounds);
  // What only the run itself finds out is said in words that no pod would take for an address.
  const host = pods.advertise?.host ?? 'address-towards-the-cluster';
  const port = pods.advertise?.port || listen.port || DEFAULT_PORT;
  const load = { name: config.name, longestMs: longestMsOf({ config, schedule }), count };
  const options = jobOptions(pods, { ...load, coordinator: showHostPort({ host, port }) });
  printManifests([renderShardJob({ ...options, isSuspended: true })], streams);
}
