import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '@assay/simulator';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../../apps/cli/src/program.ts';
import { checkExport } from '../export/check-export.ts';
import { differencesOf } from '../export/expectations.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('the queries of docs/export.md answer what the records say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const directory = join(folder, 'run');
  const streams = { stdout: { write: () => true }, stderr: { write: () => true }, environment: {} };
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 1 });
  onTestFinished(() => simulator.close());
  const run = ['run', '--target', simulator.origin, '--requests', '5', '--concurrency', '5', '--out', directory];
  expect(await runProgram(run, streams)).toBe(0);
  const check = await checkExport(ROOT, directory, 20_000);
  expect(check.differences).toEqual([]);
  expect(check.querySeconds.size).toBe(6);
  expect(check.output).toMatch(/^20000 records in 1 row group, \d+ bytes, written to /);
});

test('an answer that differs is told with its place', () => {
  const rows = [{ minute: 0, p99_ms: 120.5 }];
  expect(differencesOf('Q', rows, [{ minute: 0, p99_ms: 120.5 + 1e-9 }])).toEqual([]);
  expect(differencesOf('Q', rows, [{ minute: 0, p99_ms: 120.6 }])).toEqual(['Q, row 1, p99_ms: 120.6, expected 120.5']);
  expect(differencesOf('Q', rows, [])).toEqual(['Q: 0 rows, expected 1']);
  expect(differencesOf('Q', [], [])).toHaveLength(1);
});
