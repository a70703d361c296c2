import type { ShardParts, ShardPlace } from '@assay/loadgen';
import { putHelperThreadsLast } from '../run/helper-threads.ts';
import { buildParts, type WorkerJob } from '../run/worker-job.ts';
import type { Surroundings } from '../streams.ts';
import { placeSentFiles, type SentFile } from './sent-files.ts';

/** All a worker of another machine is told: what one of this machine is, and the files it cannot open. */
export interface SentJob extends WorkerJob {
  readonly files: readonly SentFile[];
}

/** The parts of a run, built on another machine than the one that was asked for it. */
export async function buildSentParts(
  json: unknown,
  place: ShardPlace,
  surroundings: Surroundings,
): Promise<ShardParts> {
  putHelperThreadsLast();
  const { files, ...job } = json as SentJob;
  const placed = placeSentFiles(job.config, files);
  try {
    return await buildParts({ ...job, config: placed.config }, place, surroundings);
  } finally {
    placed.remove();
  }
}
