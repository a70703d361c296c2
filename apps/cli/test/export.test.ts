import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, onTestFinished, test } from 'vitest';
import { assay, startSim, temporaryFolder } from './assay.ts';

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  onTestFinished(() => connection.closeSync());
  return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
}

async function runIn(folder: string, name: string, ...flags: readonly string[]): Promise<string> {
  const out = join(folder, name);
  const load = ['--concurrency', '4', '--requests', '12', '--input-tokens', '8', '--output-tokens', '4'];
  const target = await startSim({ ttftMs: 1, itlMs: 1 });
  expect(await assay('run', '--target', target, ...load, '--out', out, ...flags)).toMatchObject({ code: 0 });
  return out;
}

test('runs go into one file that says whose each request is, and an export can be made anew', async () => {
  const folder = temporaryFolder();
  const [plain, repeated] = [await runIn(folder, 'plain'), await runIn(folder, 'both', '--repeats', '2')];
  const file = join(folder, 'requests.parquet');
  const written = await assay('export', plain, repeated, '--parquet', file, '--arrivals');
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(written.stdout).toMatch(/^36 records in 1 row group, \d+ bytes, written to /);
  const query = `SELECT run, count(*) AS requests, sum(list_sum(arrival_counts))::INTEGER AS tokens FROM '${file}' GROUP BY run ORDER BY run`;
  expect(await rowsOf(query)).toEqual([
    { run: 'plain', requests: '12', tokens: 48 },
    { run: 'run-01', requests: '12', tokens: 48 },
    { run: 'run-02', requests: '12', tokens: 48 },
  ]);
  expect(await assay('export', plain, '--parquet', file)).toMatchObject({ code: 0 });
  expect(await rowsOf(`SELECT count(*) AS requests FROM '${file}'`)).toEqual([{ requests: '12' }]);
});

test('runs of the same name are told apart by their paths', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await runIn(join(folder, 'a'), 'run'), await runIn(join(folder, 'b'), 'run')];
  const file = join(folder, 'requests.parquet');
  expect(await assay('export', a, b, '--parquet', file)).toMatchObject({ code: 0 });
  expect(await rowsOf(`SELECT DISTINCT run FROM '${file}' ORDER BY run`)).toEqual([{ run: a }, { run: b }]);
});

test('what cannot be exported leaves everything as it was', async () => {
  const folder = temporaryFolder();
  const run = await runIn(folder, 'run');
  const records = join(run, 'requests.jsonl');
  const before = readFileSync(records, 'utf8');
  const overRecords = await assay('export', run, '--parquet', records);
  expect(overRecords).toMatchObject({ code: 2, stderr: expect.stringContaining('is no Parquet file') });
  expect(readFileSync(records, 'utf8')).toBe(before);

  const file = join(folder, 'requests.parquet');
  expect(await assay('export', run, '--parquet', file)).toMatchObject({ code: 0 });
  const [first = ''] = before.split('\n');
  appendFileSync(records, `${first.replace(/"contentEvents":\d+/, '"contentEvents":"many"')}\n`);
  const exported = readFileSync(file);
  const damaged = await assay('export', run, '--parquet', file);
  expect(damaged.code).toBe(2);
  expect(damaged.stderr).toContain('EXPORT_VALUE_INVALID: run, request ');
  expect(damaged.stderr).toContain('content_events is INTEGER, got "many"');
  expect(readFileSync(file).equals(exported)).toBe(true);
  writeFileSync(records, '{"index":\n');
  expect((await assay('export', run, '--parquet', file)).stderr).toContain('requests.jsonl:1: ');
  expect(existsSync(`${file}.partial`)).toBe(false);
});

test('says what is missing, and which columns there are', async () => {
  expect(await assay('export', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('--parquet') });
  expect(await assay('export', '--parquet', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run') });
  const folder = temporaryFolder();
  expect((await assay('export', folder, '--parquet', join(folder, 'x'))).stderr).toContain('RUN_NOT_FOUND');
  const columns = await assay('export', '--columns');
  expect(columns.stdout).toMatch(/^first_token_ms +DOUBLE +null +First event with generated content/m);
  expect(columns.stdout).toMatch(/^token_counts +STRUCT\(source VARCHAR, tokens INTEGER\)\[\] +null /m);
});
