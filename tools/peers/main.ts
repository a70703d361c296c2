import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTruthServer } from '../experiments/truth-server/start-truth-server.ts';
import type { Client, ReadyClient } from './client.ts';
import { aiperf } from './clients/aiperf.ts';
import { assay } from './clients/assay.ts';
import { bareNet, bareUndici } from './clients/bare.ts';
import { guidellm } from './clients/guidellm.ts';
import { inferencePerf } from './clients/inference-perf.ts';
import { mlcommonsEndpoints } from './clients/mlcommons-endpoints.ts';
import { vllmRs } from './clients/vllm-rs.ts';
import { defaultCacheFolder, isSkipped } from './install.ts';
import { measure, type Programs } from './measure.ts';
import type { Row } from './rows/row.ts';
import { ROW_NAMES, type RowName, rowsOf } from './rows/rows.ts';
import { headOf, lineOf } from './table.ts';

const PEERS: readonly Client[] = [bareNet, bareUndici, vllmRs, guidellm, aiperf, inferencePerf, mlcommonsEndpoints];
const USAGE = `usage: npm run bench:peers -- [PEER…] [--rows ${ROW_NAMES.join(',')}] [--streams 1,100,500,1000] [--rounds 3] [--cache DIR]
peers: ${PEERS.map(({ name }) => name).join(', ')} (default: all of them)`;

interface Options {
  readonly peers: readonly Client[];
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly cache: string;
}

function readOptions(): Options | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: ROW_NAMES.join(',') },
      streams: { type: 'string', default: '1,100,500,1000' },
      rounds: { type: 'string', default: '3' },
      cache: { type: 'string', default: defaultCacheFolder() },
    },
  });
  const names = values.rows.split(',');
  const isKnown = names.every((name) => (ROW_NAMES as readonly string[]).includes(name));
  const peers = positionals.length === 0 ? PEERS : PEERS.filter(({ name }) => positionals.includes(name));
  const rounds = Number(values.rounds);
  const streamCounts = values.streams.split(',').map(Number);
  const areWhole = [rounds, ...streamCounts].every((value) => Number.isInteger(value) && value > 0);
  if (!isKnown || !areWhole || (positionals.length > 0 && peers.length !== new Set(positionals).size)) return undefined;
  const rows = (names as RowName[]).flatMap((name) => rowsOf(name, streamCounts));
  return { peers, rows, rounds, cache: values.cache };
}

function build(cache: string): Programs | string {
  mkdirSync(cache, { recursive: true });
  const server = buildTruthServer(cache);
  if ('reason' in server) return server.reason;
  const adopt = join(cache, 'adopt');
  const source = fileURLToPath(new URL('adopt.c', import.meta.url));
  const built = spawnSync('cc', ['-O2', '-o', adopt, source], { encoding: 'utf8' });
  return built.status === 0 ? { server: server.program, adopt } : built.stderr;
}

function installAll(clients: readonly Client[], cache: string): ReadyClient[] {
  return clients.flatMap((client) => {
    const installed = client.install(cache);
    if (!isSkipped(installed)) return [installed];
    console.log(`skipped: ${client.name}: ${installed.reason}`);
    return [];
  });
}

async function runRow(row: Row, clients: readonly ReadyClient[], rounds: number, programs: Programs): Promise<void> {
  const values = row.figures.map(() => new Map<string, (number | string | undefined)[]>());
  const loads: string[] = [];
  for (let round = 0; round < Math.min(rounds, row.rounds ?? rounds); round += 1) {
    for (const client of round % 2 === 0 ? clients : [...clients].reverse()) {
      const trial = row.trial(client);
      const sample = await measure(client, trial, programs);
      if (sample === undefined) continue;
      if (sample.run.exitCode !== 0 && !sample.run.isTimedOut)
        console.error(`${client.name} ended with ${sample.run.exitCode}: ${sample.run.output.slice(-400)}`);
      row.figures.forEach((figure, index) => {
        const before = values[index]?.get(client.name) ?? [];
        values[index]?.set(client.name, [...before, figure.of(sample, trial)]);
      });
    }
    loads.push((loadavg()[0] ?? Number.NaN).toFixed(1));
  }
  const names = clients.map(({ name }) => name);
  row.figures.forEach((figure, index) => {
    console.log(lineOf(figure, names, values[index] ?? new Map()));
  });
  console.error(`  load average after each round: ${loads.join(' ')}`);
}

const options = readOptions();
if (options === undefined) {
  console.error(USAGE);
  process.exit(2);
}
const programs = build(options.cache);
if (typeof programs === 'string') {
  console.log(`skipped: all: no server: ${programs}`);
  process.exit(1);
}
const clients = installAll([assay, ...options.peers], options.cache);
console.log(`${options.rounds} alternating rounds, medians (range), client on core 0, server on core 1\n`);
console.log(headOf(clients.map(({ name }) => name)));
for (const row of options.rows) await runRow(row, clients, options.rounds, programs);
