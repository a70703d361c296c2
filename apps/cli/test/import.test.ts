import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiffDocument, validate } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, ROOT, startSim, temporaryFolder } from './assay.ts';

const RESULTS = join(ROOT, 'packages/report/test/vectors/imports');
const readJson = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

test('an imported result is a directory like a run: results, a report, and the files as they came', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'peer');
  const imported = await assay('import', join(RESULTS, 'guidellm.json'), '--out', out);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(imported.stdout).toContain('24 requests offered, 21 ok, 3 not ok');
  expect(imported.stdout).toContain('limits IMPORTED: measured by GuideLLM 0.8.1');
  expect(readdirSync(out).sort()).toEqual(['import.json', 'report.md', 'results.json', 'source']);
  expect(validate('import', readJson(out, 'import.json'))).toMatchObject({ ok: true });
  const results = readJson(out, 'results.json');
  expect(validate('results', results)).toMatchObject({ ok: true });
  expect(readFileSync(join(out, 'source/guidellm.json'))).toEqual(readFileSync(join(RESULTS, 'guidellm.json')));
  // Derived anew from the files, the same comes out.
  const again = await assay('report', out, '--json');
  expect(JSON.parse(again.stdout)).toEqual(results);
  expect(await assay('import', join(RESULTS, 'guidellm.json'), '--out', out)).toMatchObject({ code: 2 });
});

test('a folder of AIPerf is read with its requests, and a latency without a schedule is shown from the send', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'peer');
  const { stdout } = await assay('import', join(RESULTS, 'aiperf'), '--from', 'aiperf', '--out', out);
  expect(readdirSync(join(out, 'source')).sort()).toEqual(['profile_export.jsonl', 'profile_export_aiperf.json']);
  expect(stdout).toMatch(/time to first token +n\/a/);
  expect(stdout).toMatch(/^whole request, from send +126\.4/m);
  expect(stdout).not.toMatch(/^whole request {2}/m);
});

test('a run is compared with an imported result from the send, without a figure the tool has not', async () => {
  const folder = temporaryFolder();
  const [run, peer] = [join(folder, 'run'), join(folder, 'peer')];
  const target = await startSim({ ttftMs: 120, itlMs: 8 });
  const load = ['--concurrency', '4', '--requests', '80', '--model', 'assay-sim', '--output-tokens', '3'];
  expect(await assay('run', '--target', target, ...load, '--out', run)).toMatchObject({ code: 0 });
  await assay('import', join(RESULTS, 'vllm-bench-detailed.json'), '--out', peer);
  const { stdout, stderr } = await assay('diff', peer, run, '--json');
  expect(stderr).toBe('');
  const checked = validate('diff', JSON.parse(stdout));
  expect(checked).toMatchObject({ ok: true });
  const document = JSON.parse(stdout) as DiffDocument;
  expect(document).toMatchObject({
    from: 'sent',
    first: { importedFrom: 'vllm bench serve', startedAt: expect.stringContaining('T') },
    second: { importedFrom: null },
  });
  const find = (id: string, statistic: string) =>
    document.changes.find((change) => change.id === id && change.statistic === statistic);
  // 22 requests are too few to tell an error; the figures stand side by side.
  expect(find('ttft_ms', 'p50')).toMatchObject({ reason: 'TOO_FEW_SAMPLES', first: expect.closeTo(48, -1) });
  expect(find('ttft_ms', 'p50')!.second).toBeGreaterThan(100);
  expect(find('itl_ms', 'p50')).toMatchObject({ first: null, verdict: 'undecided', reason: 'NO_FIGURE' });
  expect(find('error_ratio', 'ratio')).toMatchObject({ method: 'wald', second: 0 });
  const table = await assay('diff', run, peer);
  expect(table.stdout).toContain('imported from vllm bench serve');
  expect(table.stdout).toContain('latencies start at the send');

  const other = await assay('import', join(RESULTS, 'vllm-bench.json'), '--out', join(folder, 'other'));
  expect(other.code).toBe(0);
  const refused = await assay('diff', run, join(folder, 'other'));
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('load is {"concurrency":4} and {"ratePerSecond":100}'),
  });
});

test('what cannot be imported is told with code and place, and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await assay('import', ...args, '--out', out);
    expect(code).toBe(2);
    expect(existsSync(out)).toBe(false);
    return stderr;
  };
  expect(await refused(join(folder, 'nowhere.json'))).toContain('IMPORT_UNREADABLE: cannot read');
  expect(await refused(folder)).toContain('IMPORT_UNREADABLE');
  expect(await refused(join(ROOT, 'package.json'))).toContain('IMPORT_FORMAT_UNKNOWN: package.json is not a result of');
  expect(await refused(join(RESULTS, 'aiperf/profile_export.jsonl'))).toContain('name profile_export_aiperf.json');
  expect(await refused(join(RESULTS, 'guidellm.json'), '--benchmark', '3')).toContain('holds one benchmark');
  expect(await refused(join(RESULTS, 'guidellm.json'), '--benchmark', 'x')).toContain('--benchmark: expected');
  expect(await refused(join(RESULTS, 'guidellm.json'), '--from', 'other')).toContain('USAGE_INVALID');
});

test('an import whose files were changed is refused', async () => {
  const folder = temporaryFolder();
  const [out, copy] = [join(folder, 'out'), join(folder, 'copy')];
  await assay('import', join(RESULTS, 'vllm-bench.json'), '--out', out);
  mkdirSync(copy);
  cpSync(out, copy, { recursive: true });
  appendFileSync(join(copy, 'source/vllm-bench.json'), '\n');
  expect(await assay('report', copy)).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_INVALID') });
});
