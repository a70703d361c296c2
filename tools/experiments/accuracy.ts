import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAssay, type ServerProcess, startSimulatorProcess } from './processes.ts';
import { differenceMs, joinByRequestId, mean, quantile, readAnchorNs } from './truth.ts';
import { buildTruthServer, startTruthServer } from './truth-server/start-truth-server.ts';

/**
 * Accuracy of the client against a server's own log: TTFT 50 ms, 20 ms between tokens, 100 tokens, closed loop, the start included. The error of a
 * request is the client's figure minus the server's for the same request. Two servers judge: the simulator, and a program in C that knows the
 * kernel's arrival time of each request and is never busy, where a compiler is at hand.
 *
 *     node tools/experiments/accuracy.ts [streams,…] [rounds] [simulator,native]
 */
const STREAM_COUNTS = (process.argv[2] ?? '1,100,500').split(',').map(Number);
const ROUNDS = Number(process.argv[3] ?? 3);
const SERVERS = (process.argv[4] ?? 'simulator,native').split(',');
const TOKENS = 100;
const TTFT_MS = 50;
const ITL_MS = 20;

interface Round {
  readonly meanTtftErrorMs: number;
  readonly p99TtftErrorMs: number;
  readonly meanItlErrorMs: number;
  /** From the client's send to the server's read of the request: network, and the server being busy. */
  readonly meanRequestWayMs: number;
  /** From the server's write of the first token to the client's stamp. */
  readonly meanAnswerWayMs: number;
  readonly requests: number;
}

type StartServer = (truthFile: string) => Promise<ServerProcess>;

const startSimulator: StartServer = (truthFile) =>
  startSimulatorProcess(['--ttft', String(TTFT_MS), '--itl', String(ITL_MS), '--slots', '4096', '--truth', truthFile]);

async function measure(streams: number, start: StartServer): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-accuracy-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const server = await start(truthFile);
  try {
    const { status, stderr } = runAssay([
      'run',
      '--target',
      server.origin,
      '--concurrency',
      String(streams),
      '--requests',
      String(Math.max(streams * 2, 10)),
      '--input-tokens',
      '16',
      '--output-tokens',
      String(TOKENS),
      '--out',
      runDirectory,
    ]);
    if (status !== 0) throw new Error(`assay run ended with ${status}: ${stderr}`);
    await server.stop();
    return compare(runDirectory, truthFile);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(runDirectory: string, truthFile: string): Round {
  const ttftErrorsMs: number[] = [];
  const itlErrorsMs: number[] = [];
  const requestWaysMs: number[] = [];
  const answerWaysMs: number[] = [];
  const anchorNs = readAnchorNs(runDirectory);
  const sinceStartMs = (ns: string | number): number => Number(BigInt(ns) - anchorNs) / 1e6;
  const { joined, records } = joinByRequestId(runDirectory, truthFile);
  for (const { record, truth } of joined) {
    if (
      record.outcome !== 'ok' ||
      record.sentMs === null ||
      record.firstTokenMs === null ||
      record.lastTokenMs === null
    )
      continue;
    if (truth.firstTokenNs === null || truth.lastTokenNs === null) continue;
    ttftErrorsMs.push(record.firstTokenMs - record.sentMs - differenceMs(truth.firstTokenNs, truth.arrivalNs));
    requestWaysMs.push(sinceStartMs(truth.arrivalNs) - record.sentMs);
    answerWaysMs.push(record.firstTokenMs - sinceStartMs(truth.firstTokenNs));
    const clientItlMs = (record.lastTokenMs - record.firstTokenMs) / (TOKENS - 1);
    itlErrorsMs.push(clientItlMs - differenceMs(truth.lastTokenNs, truth.firstTokenNs) / (TOKENS - 1));
  }
  if (ttftErrorsMs.length !== records.length || records.length === 0) {
    throw new Error(`${records.length} records, but only ${ttftErrorsMs.length} can be compared`);
  }
  return {
    meanTtftErrorMs: mean(ttftErrorsMs),
    p99TtftErrorMs: quantile(ttftErrorsMs, 0.99),
    meanItlErrorMs: mean(itlErrorsMs),
    meanRequestWayMs: mean(requestWaysMs),
    meanAnswerWayMs: mean(answerWaysMs),
    requests: records.length,
  };
}

const median = (values: readonly number[]): string => quantile(values, 0.5).toFixed(3);

async function report(name: string, start: StartServer): Promise<void> {
  for (const streams of STREAM_COUNTS) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(streams, start));
    const column = (pick: (round: Round) => number): string => median(rounds.map(pick));
    console.log(
      `| ${name} | ${streams} | ${rounds[0]?.requests} | ${column((r) => r.meanTtftErrorMs)} | ${column((r) => r.p99TtftErrorMs)} | ${column((r) => r.meanItlErrorMs)} | ${column((r) => r.meanRequestWayMs)} | ${column((r) => r.meanAnswerWayMs)} |`,
    );
  }
}

console.log(
  '| server | streams | requests | TTFT mean error ms | TTFT p99 error ms | inter-token mean error ms | send to arrival ms | server write to stamp ms |',
);
console.log('|---|---|---|---|---|---|---|---|');
if (SERVERS.includes('simulator')) await report('simulator', startSimulator);
if (SERVERS.includes('native')) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-truth-server-'));
  const built = buildTruthServer(folder);
  if ('reason' in built) console.log(`skipped: native: ${built.reason}`);
  else {
    const times = { ttftUs: TTFT_MS * 1000, itlUs: ITL_MS * 1000 };
    await report('native', (truthFile) => startTruthServer(built.program, { ...times, truthFile }));
  }
  rmSync(folder, { recursive: true });
}
