import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type RunDocument, validate } from '@assay/contracts';
import { DuckDBInstance } from '@duckdb/node-api';
import { documentedQueries } from './documented-queries.ts';
import { differencesOf, Expectations, type Row } from './expectations.ts';
import { syntheticRecords, windowOf } from './synthetic-records.ts';

export interface ExportCheck {
  /** What the command said. */
  readonly output: string;
  readonly exportSeconds: number;
  /** Highest resident memory of the command; `undefined` where the system does not tell. */
  readonly peakMiB: number | undefined;
  readonly recordsMiB: number;
  readonly querySeconds: ReadonlyMap<string, number>;
  /** Where an answer differs from what the records say; empty when all is well. */
  readonly differences: readonly string[];
}

/**
 * Puts `count` synthetic records in place of those of the run in `directory`, exports them with the command and asks DuckDB every query of
 * docs/export.md.
 */
export async function checkExport(root: string, directory: string, count: number): Promise<ExportCheck> {
  const expectations = await replaceRecords(directory, count);
  const file = join(directory, 'requests.parquet');
  const startedMs = performance.now();
  const { output, peakMiB } = await runExport(root, [directory, '--parquet', file, '--arrivals']);
  const exportSeconds = (performance.now() - startedMs) / 1000;
  const queries = documentedQueries(join(root, 'docs/export.md'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const differences: string[] = [];
  const querySeconds = new Map<string, number>();
  const expected = expectations.rows();
  for (const heading of new Set([...expected.keys(), ...queries.keys()])) {
    const [sql, rows] = [queries.get(heading), expected.get(heading)];
    if (sql === undefined || rows === undefined) {
      differences.push(`${heading}: ${sql === undefined ? 'no query in the docs' : 'no expectation for it'}`);
      continue;
    }
    const askedMs = performance.now();
    const answer = await connection.runAndReadAll(sql.replaceAll("'requests.parquet'", `'${file}'`));
    querySeconds.set(heading, (performance.now() - askedMs) / 1000);
    differences.push(...differencesOf(heading, rows, answer.getRowObjects().map(plainRow)));
  }
  connection.closeSync();
  const recordsMiB = readSizeMiB(join(directory, 'requests.jsonl'));
  return { output, exportSeconds, peakMiB, recordsMiB, querySeconds, differences };
}

const readSizeMiB = (path: string): number => statSync(path).size / 2 ** 20;

function plainRow(row: Readonly<Record<string, unknown>>): Row {
  const plain = (value: unknown): string | number | null =>
    typeof value === 'bigint' ? Number(value) : (value as string | number | null);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

async function replaceRecords(directory: string, count: number): Promise<Expectations> {
  const window = windowOf(count);
  const path = join(directory, 'run.json');
  const run = { ...(JSON.parse(readFileSync(path, 'utf8')) as RunDocument), window };
  writeFileSync(path, `${JSON.stringify(run)}\n`);
  const expectations = new Expectations(basename(directory), window);
  const records = createWriteStream(join(directory, 'requests.jsonl'));
  let seen = 0;
  for (const record of syntheticRecords(count)) {
    // The schema judges some of them: validating all takes longer than the export.
    if (seen++ % 997 === 0) {
      const checked = validate('request-record', record);
      if (!checked.ok) throw new Error(`a synthetic record is no record: ${JSON.stringify(checked.issues[0])}`);
    }
    expectations.add(record);
    if (!records.write(`${JSON.stringify(record)}\n`)) await once(records, 'drain');
  }
  records.end();
  await once(records, 'finish');
  return expectations;
}

/** The command in a process of its own, so that its memory is its own. */
async function runExport(
  root: string,
  args: readonly string[],
): Promise<{ readonly output: string; readonly peakMiB: number | undefined }> {
  const main = join(root, 'apps/cli/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=@assay/source', main, 'export', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let peakMiB: number | undefined;
  const timer = setInterval(() => {
    peakMiB = child.pid === undefined ? peakMiB : (peakOf(child.pid) ?? peakMiB);
  }, 50);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`assay export ended with ${code}`);
  return { output, peakMiB };
}

/** High-water mark of a process that runs (Linux). */
function peakOf(processId: number): number | undefined {
  const path = `/proc/${processId}/status`;
  if (!existsSync(path)) return undefined;
  const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}
