import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestRecord } from '@assay/contracts';
import { schemas } from '@assay/contracts';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it, onTestFinished } from 'vitest';
import { syntheticRecords } from '../../test/synthetic-run.ts';
import { columnsOfSchema } from './schema-columns.ts';
import { type ExportSummary, writeRequests } from './write-requests.ts';

const WINDOW = { startMs: 2000, endMs: 9000 };

interface Written {
  readonly summary: ExportSummary;
  /** Rows of a query; `$file` is the file. */
  readonly ask: (sql: string) => Promise<Record<string, unknown>[]>;
}

async function write(records: readonly RequestRecord[], hasArrivals = false): Promise<Written> {
  const pieces: Uint8Array[] = [];
  const run = { run: 'a', window: WINDOW, facts: { model: 'm' }, records };
  const summary = await writeRequests([run], async (bytes) => void pieces.push(bytes.slice()), {
    hasArrivals,
    createdBy: 'assay test',
  });
  const folder = mkdtempSync(join(tmpdir(), 'assay-parquet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'requests.parquet');
  writeFileSync(file, Buffer.concat(pieces));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  onTestFinished(() => connection.closeSync());
  const ask = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await connection.runAndReadAll(sql.replaceAll('$file', `'${file}'`))).getRowObjectsJson() as Record<
      string,
      unknown
    >[];
  return { summary, ask };
}

it('keeps every value of every record, missing ones as null', async () => {
  const [first, ...others] = syntheticRecords(400);
  const rich: RequestRecord = {
    ...first!,
    message: 'ünïcode "quoted"\nand a line',
    session: { session: 7, turn: 2 },
    tokenCounts: [
      { source: 'usage', tokens: 5 },
      { source: 'token-ids', tokens: 6 },
    ],
    answer: { structured: 'repaired', repair: 'code-fence', toolCalls: [{ name: 'f', arguments: 'not-json' }] },
  };
  const records = [rich, ...others];
  const { ask } = await write(records, true);
  const rows = await ask('SELECT * FROM $file');
  expect(rows).toHaveLength(400);
  expect(rows[0]).toMatchObject({
    run: 'a',
    window_start_ms: 2000,
    message: rich.message,
    session: 7,
    session_turn: 2,
    token_counts: [
      { source: 'usage', tokens: 5 },
      { source: 'token-ids', tokens: 6 },
    ],
    answer_structured: 'repaired',
    answer_repair: 'code-fence',
    answer_tool_calls: [{ name: 'f', arguments: 'not-json' }],
    answer_vectors: null,
  });
  const plain = columnsOfSchema(schemas['request-record']).filter(
    ({ type, path }) => path.length === 1 && type.kind !== 'list',
  );
  expect(plain.length).toBeGreaterThan(20);
  for (const [at, record] of records.entries()) {
    const values = record as unknown as Readonly<Record<string, unknown>>;
    for (const { name, path } of plain) expect(rows[at]?.[name]).toEqual(values[path[0] ?? ''] ?? null);
    const ok = record.firstTokenMs !== null;
    expect(rows[at]?.['ttft_ms']).toEqual(ok ? record.firstTokenMs! - record.scheduledMs : null);
    expect(rows[at]?.['arrival_counts']).toEqual(record.arrivals.filter((_, index) => index % 2 === 1));
    expect(rows[at]?.['arrival_gaps_ms']).toEqual(
      record.arrivals.filter((_, index) => index % 2 === 0).map((gapUs) => gapUs / 1000),
    );
  }
});

it('has types, row groups and metadata that readers use', async () => {
  const { ask, summary } = await write(syntheticRecords(30_000).map((record) => ({ ...record, arrivals: [] })));
  expect(summary).toMatchObject({ records: 30_000, rowGroups: 2 });
  const types = await ask(
    "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM $file) WHERE column_name IN ('index', 'phase', 'sent_ms')",
  );
  expect(types).toEqual([
    { column_name: 'index', column_type: 'INTEGER' },
    { column_name: 'phase', column_type: 'VARCHAR' },
    { column_name: 'sent_ms', column_type: 'DOUBLE' },
  ]);
  const groups = await ask(
    "SELECT row_group_num_rows AS rows, compression, stats_min_value FROM parquet_metadata($file) WHERE path_in_schema = 'index' ORDER BY row_group_id",
  );
  expect(groups).toEqual([
    { rows: '25000', compression: 'ZSTD', stats_min_value: '0' },
    { rows: '5000', compression: 'ZSTD', stats_min_value: '25000' },
  ]);
  const metadata = await ask('SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata($file)');
  expect(metadata).toEqual([
    { key: 'assay.format', value: 'assay/requests-parquet/v1' },
    { key: 'assay.runs', value: '[{"run":"a","model":"m"}]' },
  ]);
});

it('makes smaller row groups of long answers', async () => {
  const arrivals = [0, 1, ...Array.from({ length: 1999 }, () => [1000, 1]).flat()];
  const { summary } = await write(
    syntheticRecords(300).map((record) => ({ ...record, arrivals })),
    true,
  );
  expect(summary.rowGroups).toBe(2);
});

it('writes a file that can be read when there is nothing in it', async () => {
  const { ask } = await write([]);
  expect(await ask('SELECT count(*) AS rows FROM $file')).toEqual([{ rows: '0' }]);
});

it.each([
  ['a text for a number', { index: 'three' }, 'index is INTEGER, got "three"'],
  ['a number that is too large', { contentEvents: 2 ** 31 }, 'content_events is INTEGER, got 2147483648'],
  ['a required value that is missing', { scheduledMs: null }, 'scheduled_ms is DOUBLE, got null'],
  [
    'a list of something else',
    { tokenCounts: [{ source: 'usage' }] },
    'token_counts is STRUCT(source VARCHAR, tokens INTEGER)[], got',
  ],
])('refuses %s with its place', async (_, change, message) => {
  const [record] = syntheticRecords(1);
  const changed = { ...record!, ...change } as unknown as RequestRecord;
  await expect(write([changed])).rejects.toThrow(
    expect.objectContaining({ code: 'EXPORT_VALUE_INVALID', message: expect.stringContaining(message) }),
  );
});
