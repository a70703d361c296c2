import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, pinned } from './processes.ts';
import { differenceMs, joinByRequestId, mean } from './truth.ts';
import { buildTruthServer, startTruthServer } from './truth-server/start-truth-server.ts';

/**
 * Does the bound that a run gives for its own error hold? The client's figures against those of a server with the kernel's arrival times, in quiet runs
 * and in disturbed ones: a program that takes the client's core, a client that is stopped and continued, one that has to collect garbage all the time.
 *
 *     node tools/experiments/client-error.ts [runs of each kind] [kind,…]
 */
const KINDS = ['quiet', 'core taken', 'paused', 'garbage'] as const;
type Kind = (typeof KINDS)[number];
const RUNS = Number(process.argv[2] ?? 25);
const CHOSEN = (process.argv[3]?.split(',') ?? KINDS) as readonly Kind[];
/** One stream takes its time: enough requests for a median. */
const MIN_REQUESTS = 16;
const STREAM_COUNTS = [1, 20, 100, 300];
const TOKENS = 20;
const TTFT_US = 30_000;
const ITL_US = 10_000;
const PAUSES_MS = [3, 15, 60, 250];
/** Both stamps are known to this. */
const RESOLUTION_MS = 0.01;

interface Figure {
  readonly name: string;
  readonly errorMs: number;
  readonly boundMs: number | undefined;
}

interface MetricLine {
  readonly id: string;
  readonly statistic: string;
  readonly from?: string;
  readonly state: string;
  readonly value: number;
  readonly clientErrorMs?: number;
}

/** Takes the core for 5 to 40 ms, leaves it for as long, and so on. */
const HOG = `const busy = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
setInterval(() => busy(5 + 35 * Math.random()), 40);`;
const GARBAGE = `data:text/javascript,setInterval(() => { globalThis.held = Array.from({ length: 4e4 }, (_, i) => ({ i, text: String(i) })); }, 7).unref();`;

async function measure(program: string, kind: Kind, streams: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-client-error-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const server = await startTruthServer(program, { ttftUs: TTFT_US, itlUs: ITL_US, truthFile });
  const requests = Math.max(MIN_REQUESTS, 2 * streams);
  const nodeFlags = kind === 'garbage' ? ['--import', GARBAGE] : [];
  const [file = '', ...args] = pinned(0, [
    process.execPath,
    ...nodeFlags,
    CLI,
    'run',
    '--target',
    server.origin,
    ...['--concurrency', String(streams), '--requests', String(requests)],
    ...['--input-tokens', '16', '--output-tokens', String(TOKENS), '--out', runDirectory],
  ]);
  const client = spawn(file, args, { stdio: 'ignore' });
  const stopDisturbing = disturb(kind, client);
  try {
    const status = await new Promise<number | null>((resolve) => client.once('exit', resolve));
    if (status !== 0) throw new Error(`assay run ended with ${status}`);
    await server.stop();
    return compare(runDirectory, truthFile);
  } finally {
    stopDisturbing();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function disturb(kind: Kind, client: ChildProcess): () => void {
  if (kind === 'core taken') {
    const [file = '', ...args] = pinned(0, [process.execPath, '-e', HOG]);
    const hog = spawn(file, args, { stdio: 'ignore' });
    return () => void hog.kill('SIGKILL');
  }
  if (kind !== 'paused') return () => undefined;
  let timer: NodeJS.Timeout;
  const pause = (): void => {
    const pauseMs = PAUSES_MS[Math.floor(Math.random() * PAUSES_MS.length)] ?? 0;
    client.kill('SIGSTOP');
    timer = setTimeout(() => {
      client.kill('SIGCONT');
      timer = setTimeout(pause, 100 + 300 * Math.random());
    }, pauseMs);
  };
  timer = setTimeout(pause, 300);
  return () => {
    clearTimeout(timer);
    client.kill('SIGCONT');
  };
}

function compare(runDirectory: string, truthFile: string): readonly Figure[] {
  const { joined } = joinByRequestId(runDirectory, truthFile);
  const truths = joined.map(({ truth }) => truth);
  const ttftsMs = truths.map(({ firstTokenNs, arrivalNs }) => differenceMs(firstTokenNs ?? 0, arrivalNs));
  const spanMs = truths.reduce((sum, t) => sum + differenceMs(t.lastTokenNs ?? 0, t.firstTokenNs ?? 0), 0);
  const { metrics } = JSON.parse(readFileSync(join(runDirectory, 'results.json'), 'utf8')) as {
    metrics: readonly MetricLine[];
  };
  const figure = (id: string, statistic: string, truthMs: number): Figure[] => {
    const metric = metrics.find((m) => m.id === id && m.statistic === statistic && m.from !== 'scheduled');
    if (metric?.state !== 'measured') return [];
    return [{ name: `${id} ${statistic}`, errorMs: Math.abs(metric.value - truthMs), boundMs: metric.clientErrorMs }];
  };
  return [
    ...figure('ttft_ms', 'mean', mean(ttftsMs)),
    ...[0.5, 0.9, 0.95, 0.99].flatMap((q) => figure('ttft_ms', `p${q * 100}`, quantile(ttftsMs, q))),
    ...figure('itl_ms', 'mean', spanMs / (truths.length * (TOKENS - 1))),
  ];
}

/** Between two ranks, as the client's own quantiles (Hyndman and Fan's type 7): next to a step the nearest rank is another figure. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  return low + (position % 1) * ((sorted[Math.ceil(position)] ?? low) - low);
}

const tools = mkdtempSync(join(tmpdir(), 'assay-client-error-'));
const built = buildTruthServer(tools);
if ('reason' in built) {
  console.log(`skipped: ${built.reason}`);
  process.exit(3);
}
console.log('| kind | runs | figure | covered | error ms, median (largest) | bound ÷ error, median |');
console.log('|---|---|---|---|---|---|');
let runs = 0;
let coveredRuns = 0;
for (const kind of CHOSEN) {
  const byName = new Map<string, Figure[]>();
  for (let run = 0; run < RUNS; run++) {
    const figures = await measure(built.program, kind, STREAM_COUNTS[run % STREAM_COUNTS.length] ?? 1);
    for (const figure of figures) byName.set(figure.name, [...(byName.get(figure.name) ?? []), figure]);
    runs++;
    const missed = figures.filter((f) => f.boundMs === undefined || f.errorMs > f.boundMs + RESOLUTION_MS);
    if (missed.length === 0) coveredRuns++;
    else
      console.error(
        `${kind}, run ${run}: ${missed.map((f) => `${f.name} ${f.errorMs.toFixed(3)} > ${f.boundMs?.toFixed(3)}`).join(', ')}`,
      );
  }
  for (const [name, figures] of byName) {
    const covered = figures.filter((f) => f.boundMs !== undefined && f.errorMs <= f.boundMs + RESOLUTION_MS).length;
    const errors = figures.map((f) => f.errorMs);
    const ratios = figures.map((f) => (f.boundMs ?? Number.NaN) / Math.max(f.errorMs, RESOLUTION_MS));
    console.log(
      `| ${kind} | ${figures.length} | ${name} | ${covered} | ${quantile(errors, 0.5).toFixed(3)} (${Math.max(...errors).toFixed(3)}) | ${quantile(ratios, 0.5).toFixed(1)} |`,
    );
  }
}
console.log(`every figure within its bound in ${coveredRuns} of ${runs} runs`);
rmSync(tools, { recursive: true, force: true });
