import { execFileSync, fork } from 'node:child_process';
import { cpus } from 'node:os';
import type { Workload } from './replies.ts';
import { WORKLOADS } from './replies.ts';

/**
 * What a streamed token and a request cost the client, in its CPU time: a whole run of Assay beside loops over undici and
 * node:net that do the same work (a body per request, stamps, usage, a record on disk) and nothing else, and the transport and the decoder alone
 * beside a loop that only counts tokens. Fresh process per measurement, variants in turn, order reversed each round,
 * medians. The client runs on core 0 and the server on core 1 where `taskset` exists.
 *
 *     node --conditions=@assay/source packages/loadgen/bench/client-cost.ts [rounds] [workload]
 */
interface Sample {
  readonly tokens: number;
  readonly requests: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

const VARIANTS = [
  'bare-undici',
  'tuned-undici',
  'bare-net',
  'assay-run',
  'net-floor',
  'assay-transport',
  'assay-decoder',
] as const;
type Variant = (typeof VARIANTS)[number];

const rounds = Number(process.argv[2] ?? 5);
const workloads =
  process.argv[3] === undefined ? (Object.keys(WORKLOADS) as Workload[]) : [process.argv[3] as Workload];
const NODE_FLAGS = ['--conditions=@assay/source', '--disable-warning=ExperimentalWarning'];
const canPin = cpus().length > 1 && hasTaskset();

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function startServer(workload: Workload): Promise<{ readonly port: number; stop(): void }> {
  const child = fork(new URL('reply-server.ts', import.meta.url), [workload], {
    execArgv: NODE_FLAGS,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (canPin) execFileSync('taskset', ['-a', '-cp', '1', String(child.pid)], { stdio: 'ignore' });
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (text) => resolve(Number(String(text)))),
  );
  return { port, stop: () => child.kill() };
}

function measure(variant: Variant, workload: Workload, port: number): Sample | undefined {
  const script = new URL(variant === 'assay-run' ? 'run-client.ts' : 'client.ts', import.meta.url).pathname;
  const args = [...NODE_FLAGS, script, variant, workload, String(port)];
  const [file, ...rest] = canPin ? ['taskset', '-c', '0', process.execPath, ...args] : [process.execPath, ...args];
  try {
    return JSON.parse(
      execFileSync(file as string, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 }),
    );
  } catch (error: unknown) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(`${variant}: not measured: ${/Error[^\n]*: [^\n]*/.exec(text)?.[0] ?? text.slice(0, 300)}`);
    return undefined;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

async function measureWorkload(workload: Workload): Promise<void> {
  const { tokensPerReply, inFlight, requests } = WORKLOADS[workload];
  const samples = new Map<Variant, Sample[]>(VARIANTS.map((variant) => [variant, []]));
  const server = await startServer(workload);
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
      if (round > 0 && samples.get(variant)?.length === 0) continue;
      const sample = measure(variant, workload, server.port);
      if (sample !== undefined) samples.get(variant)?.push(sample);
    }
  }
  server.stop();
  const unit = workload === 'streams' ? 'tokens' : 'requests';
  console.log(
    `\n${workload}: ${requests} requests of ${tokensPerReply} tokens, ${inFlight} in flight, median of ${rounds}${canPin ? ', client on core 0, server on core 1' : ', not pinned'}`,
  );
  const perCpuSecond = (variant: Variant): number =>
    median((samples.get(variant) ?? []).map((sample) => sample[unit] / sample.cpuSeconds));
  console.table(
    VARIANTS.filter((variant) => (samples.get(variant)?.length ?? 0) > 0).map((variant) => {
      const rate = perCpuSecond(variant);
      const all = samples.get(variant) ?? [];
      return {
        variant,
        [`${unit} per CPU-second`]: Math.round(rate),
        [`µs per ${unit.slice(0, -1)}`]: Number((1e6 / rate).toFixed(3)),
        'rate / undici': Number((rate / perCpuSecond('bare-undici')).toFixed(2)),
        'cost / bare net': Number((perCpuSecond('bare-net') / rate).toFixed(2)),
        'cost / net floor': Number((perCpuSecond('net-floor') / rate).toFixed(2)),
        'CPU load': Number(median(all.map((sample) => sample.cpuSeconds / sample.wallSeconds)).toFixed(2)),
        spread: `${Math.round((100 * spread(all.map((sample) => sample.cpuSeconds))) / 2)} %`,
      };
    }),
  );
}

/** (max - min) / median. */
function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

console.log(`node ${process.version}`);
for (const workload of workloads) await measureWorkload(workload);
