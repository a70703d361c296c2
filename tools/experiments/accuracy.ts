import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAssay, startSimulatorProcess } from './processes.ts';
import { differenceMs, joinByRequestId, mean, quantile, readAnchorNs } from './truth.ts';

/**
 * Accuracy of the client against the simulator's own log: TTFT 50 ms, 20 ms between tokens, 100 tokens, closed loop, the start
 * included. The error of a request is the client's figure minus the server's for the same request.
 */
const STREAM_COUNTS = (process.argv[2] ?? '1,100,500').split(',').map(Number);
const ROUNDS = Number(process.argv[3] ?? 3);
const TOKENS = 100;

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

async function measure(streams: number): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-accuracy-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const simulator = await startSimulatorProcess([
    '--ttft',
    '50',
    '--itl',
    '20',
    '--slots',
    '4096',
    '--truth',
    truthFile,
  ]);
  try {
    const { status, stderr } = runAssay([
      'run',
      '--target',
      simulator.origin,
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
    await simulator.stop();
    return compare(runDirectory, truthFile);
  } finally {
    await simulator.stop();
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
console.log(
  '| streams | requests | TTFT mean error ms | TTFT p99 error ms | inter-token mean error ms | send to server read ms | server write to stamp ms |',
);
console.log('|---|---|---|---|---|---|---|');
for (const streams of STREAM_COUNTS) {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(streams));
  const column = (pick: (round: Round) => number): string => median(rounds.map(pick));
  console.log(
    `| ${streams} | ${rounds[0]?.requests} | ${column((r) => r.meanTtftErrorMs)} | ${column((r) => r.p99TtftErrorMs)} | ${column((r) => r.meanItlErrorMs)} | ${column((r) => r.meanRequestWayMs)} | ${column((r) => r.meanAnswerWayMs)} |`,
  );
}
