import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestRecord } from '@assay/contracts';
import { onTestFinished } from 'vitest';
import {
  createFileSink,
  permitsOfLoad,
  type RunShardsOptions,
  type RunSummary,
  readRecords,
  runShards,
  type ShardLink,
  startProcesses,
  startThreads,
} from '../src/index.ts';
import { clock, promptsOf, scheduleOf, type TestJob, timer } from './shard-parts.ts';

const execArgv = ['--conditions=@assay/source', '--disable-warning=ExperimentalWarning'];

export interface ShardedResult {
  readonly summary: RunSummary;
  readonly records: readonly RequestRecord[];
}

export function startWorkers(kind: 'thread' | 'process', count: number, job: TestJob): ShardLink[] {
  if (kind === 'process')
    return startProcesses({ entry: new URL('process-worker.ts', import.meta.url), count, execArgv });
  const permits = permitsOfLoad(scheduleOf(job), job.config.maxInFlight);
  return startThreads({ entry: new URL('thread-worker.ts', import.meta.url), count, permits, execArgv });
}

/** A load by real workers; records are read back from the file. */
export async function runWorkers(
  kind: 'thread' | 'process',
  count: number,
  job: TestJob,
  extra: Partial<RunShardsOptions> = {},
): Promise<ShardedResult> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-shards-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'requests.jsonl');
  const summary = await runShards({
    config: job.config,
    schedule: scheduleOf(job),
    prompts: await promptsOf({ ...job, throwAt: undefined }),
    links: extra.links ?? startWorkers(kind, count, job),
    job,
    clock,
    timer,
    sink: await createFileSink(path),
    ...extra,
  });
  const records: RequestRecord[] = [];
  for await (const record of readRecords(path)) records.push(record);
  return { summary, records };
}
