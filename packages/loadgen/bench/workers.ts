import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, RunSummary } from '../src/events.ts';
import { createFileSink } from '../src/record/file-sink.ts';
import { createRecorder } from '../src/record/recorder.ts';
import { runLoad } from '../src/run.ts';
import type { ShardLink } from '../src/shard/link.ts';
import { startProcesses } from '../src/shard/process-link.ts';
import { runShards } from '../src/shard/run-shards.ts';
import { startThreads } from '../src/shard/thread-link.ts';
import { type BenchJob, clock, configOf, partsOf, scheduleOf, timer } from './bench-parts.ts';
import { WORKLOADS, type Workload } from './replies.ts';

/**
 * Requests or tokens per second of wall time by this thread, by threads and by processes, against one server process per worker of the largest
 * variant. Variants in turn, medians. CPU is that of this process with its threads; that of child processes is not in it.
 *
 * The server needs about as much CPU as a worker: where there are few cores, only `verified` streams, all events parsed in full, cost the client enough
 * to show what a second worker brings.
 *
 *     node --conditions=@assay/source packages/loadgen/bench/workers.ts [rounds] [requests | streams | verified]
 */
const rounds = Number(process.argv[2] ?? 3);
const named = process.argv[3] ?? 'verified';
const verifyStream = named === 'verified';
const workload: Workload = named === 'requests' ? 'requests' : 'streams';
const execArgv = ['--conditions=@assay/source', '--disable-warning=ExperimentalWarning'];
const entry = new URL('shard-worker.ts', import.meta.url);

const VARIANTS = ['this thread', '1 thread', '2 threads', '1 process', '2 processes'] as const;
type Variant = (typeof VARIANTS)[number];

interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function startServer(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const child = fork(new URL('reply-server.ts', import.meta.url), [workload], {
    execArgv,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (text) => resolve(Number(String(text)))),
  );
  return { port, child };
}

function linksOf(variant: Variant, job: BenchJob): ShardLink[] {
  const count = Number.parseInt(variant, 10);
  return variant.includes('thread')
    ? startThreads({ entry, count, permits: job.inFlight, execArgv })
    : startProcesses({ entry, count, execArgv });
}

async function measure(variant: Variant, job: BenchJob): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const sink = await createFileSink(join(folder, 'requests.jsonl'));
  let before = process.cpuUsage();
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'phase-changed' && event.phase === 'measure') before = process.cpuUsage();
  };
  const parts = await partsOf(job);
  const common = { config: configOf(job), schedule: scheduleOf(job), prompts: parts.prompts, clock, timer, onEvent };
  let summary: RunSummary;
  if (variant === 'this thread') {
    summary = await runLoad({ ...parts, ...common, recorder: createRecorder({ sink, timer }) });
  } else {
    summary = await runShards({ ...common, links: linksOf(variant, job), job, sink });
  }
  const cpu = process.cpuUsage(before);
  await parts.transport.close();
  rmSync(folder, { recursive: true });
  if (summary.outcomes.ok !== job.requests) throw new Error(`not all ok: ${JSON.stringify(summary.outcomeCodes)}`);
  const { startMs, endMs } = summary.window ?? { startMs: 0, endMs: Number.NaN };
  return { seconds: (endMs - startMs) / 1e3, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const { port, child } = await startServer();
const { tokensPerReply, inFlight, requests, warmupRequests } = WORKLOADS[workload];
const job: BenchJob = { port, inFlight, requests, warmupRequests, tokensPerReply, verifyStream };
const samples = new Map<Variant, Sample[]>(VARIANTS.map((variant) => [variant, []]));
for (let round = 0; round < rounds; round++) {
  for (const variant of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
    samples.get(variant)?.push(await measure(variant, job));
  }
}
child.kill();
const unit = workload === 'streams' ? 'tokens' : 'requests';
const amount = workload === 'streams' ? requests * tokensPerReply : requests;
console.table(
  VARIANTS.map((variant) => {
    const all = samples.get(variant) ?? [];
    const isChild = variant.includes('process');
    return {
      variant,
      [`${unit} per second`]: Math.round(amount / median(all.map(({ seconds }) => seconds))),
      [`µs CPU per ${unit.slice(0, -1)}`]: isChild
        ? '–'
        : Number(((1e6 * median(all.map(({ cpuSeconds }) => cpuSeconds))) / amount).toFixed(3)),
    };
  }),
);
process.exit(0);
