import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAssay } from './processes.ts';
import { joinByRequestId, quantile, readAnchorNs } from './truth.ts';
import { buildTruthServer, startTruthServer } from './truth-server/start-truth-server.ts';

/**
 * Replays of published traces, prompts and lengths included: when requests were due and when their last byte was in the server's kernel, against
 * the times of the trace file.
 *
 *     node tools/experiments/replays.ts [requests] [time scale,…] [folder of the traces]
 */
const REQUESTS = Number(process.argv[2] ?? 1000);
const SCALES = (process.argv[3] ?? '1,10').split(',').map(Number);
const FOLDER = process.argv[4] ?? '../shared/data/traces';
const TTFT_US = 20_000;
const ITL_US = 1000;

interface Trace {
  readonly name: string;
  readonly file: string;
  /** Milliseconds of each request, on any clock; read here by itself, so that it can judge the reader of the client. */
  readonly timesMs: (text: string) => readonly number[];
}

const TRACES: readonly Trace[] = [
  { name: 'Azure 2023 conversation', file: 'azure-llm-2023-conv.csv', timesMs: azureTimesMs },
  {
    name: 'Mooncake conversation',
    file: 'mooncake-conversation.jsonl',
    timesMs: (text) => linesOf(text).map((line) => (JSON.parse(line) as { timestamp: number }).timestamp),
  },
];

function azureTimesMs(text: string): readonly number[] {
  const [, ...rows] = linesOf(text);
  return rows.map((row) => {
    const [, day = '', seconds = '', fraction = ''] = /^([\d-]+) ([\d:]+)\.(\d+),/.exec(row) ?? [];
    return Date.parse(`${day}T${seconds}Z`) + Number(`0.${fraction}`) * 1000;
  });
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

interface Deviations {
  readonly arrived: number;
  /** Due time in the records against the trace, the largest, ms. */
  readonly scheduleMaxMs: number;
  /** Arrival against the trace, ms. */
  readonly arrivalsMs: readonly number[];
}

async function replay(program: string, path: string, dueMs: readonly number[], scale: number): Promise<Deviations> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-replay-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const server = await startTruthServer(program, { ttftUs: TTFT_US, itlUs: ITL_US, truthFile });
  try {
    const load = ['--trace', path, '--time-scale', String(scale), '--requests', String(dueMs.length)];
    const { status, stderr } = runAssay(['run', '--target', server.origin, ...load, '--out', runDirectory]);
    if (status !== 0) throw new Error(`assay run ended with ${status}: ${stderr}`);
    await server.stop();
    const anchorNs = readAnchorNs(runDirectory);
    const { joined } = joinByRequestId(runDirectory, truthFile);
    const expectedMs = (index: number): number => (dueMs[index] ?? Number.NaN) / scale;
    return {
      arrived: joined.length,
      scheduleMaxMs: Math.max(...joined.map(({ record }) => Math.abs(record.scheduledMs - expectedMs(record.index)))),
      arrivalsMs: joined.map(
        ({ record, truth }) => Number(BigInt(truth.arrivalNs) - anchorNs) / 1e6 - expectedMs(record.index),
      ),
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const built = buildTruthServer(mkdtempSync(join(tmpdir(), 'assay-replay-build-')));
if ('reason' in built) throw new Error(`the truth server is needed: ${built.reason}`);
console.log(
  '| trace | time scale | offered | arrived | due − trace, max ms | arrival − trace p50 ms | p90 ms | p99 ms | max ms |',
);
console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
for (const { name, file, timesMs } of TRACES) {
  const path = join(FOLDER, file);
  if (!existsSync(path)) {
    console.log(`| ${name} | | | skipped: there is no ${path} | | | | | |`);
    continue;
  }
  const all = timesMs(readFileSync(path, 'utf8')).slice(0, REQUESTS);
  const dueMs = all.map((ms) => ms - (all[0] ?? 0));
  for (const scale of SCALES) {
    const { arrived, scheduleMaxMs, arrivalsMs } = await replay(built.program, path, dueMs, scale);
    const figures = [scheduleMaxMs, ...[0.5, 0.9, 0.99, 1].map((q) => quantile(arrivalsMs, q))];
    console.log(
      `| ${name} | ${scale} | ${dueMs.length} | ${arrived} | ${figures.map((ms) => ms.toFixed(4)).join(' | ')} |`,
    );
  }
}
