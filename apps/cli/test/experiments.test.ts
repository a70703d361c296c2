import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@assay/contracts';
import { startSimulator } from '@assay/simulator';
import { expect, onTestFinished, test } from 'vitest';
import { assay, temporaryFolder } from './assay.ts';

async function service(options: Parameters<typeof startSimulator>[0]): Promise<readonly string[]> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return ['--target', simulator.origin, '--input-tokens', '8', '--output-tokens', '4'];
}

const readJson = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

test('a search leaves a run directory per probe, its document, the curve and a table', async () => {
  const target = await service({ slots: 2, ttftMs: 5, itlMs: 5 });
  const out = join(temporaryFolder(), 'search');
  const slo = ['--slo', 'ttft_ms.p50<60,e2e_latency_ms.p50<200'];
  const search = [
    '--find-capacity',
    '--rate',
    '50',
    '--arrival',
    'constant',
    '--tolerance',
    '40%',
    '--max-probes',
    '3',
  ];
  const { stdout, stderr } = await assay(
    'run',
    ...target,
    ...search,
    ...slo,
    '--duration',
    '1200ms',
    '--out',
    out,
    '--json',
  );
  expect(stderr).toContain('probe 1: ');
  const document = readJson(out, 'capacity.json');
  expect(JSON.parse(stdout)).toEqual(document);
  const checked = validate('capacity', document);
  expect(checked).toMatchObject({ ok: true });
  if (!checked.ok) return;
  expect(checked.value.objectives).toEqual(['ttft_ms.p50<60', 'e2e_latency_ms.p50<200']);
  for (const { directory } of checked.value.probes) {
    expect(readJson(out, directory, 'run.json')).toMatchObject({ status: 'finished' });
    expect(existsSync(join(out, directory, 'results.json'))).toBe(true);
  }
  const html = readFileSync(join(out, 'report.html'), 'utf8');
  expect(html.match(/<svg class="capacity"/g)).toHaveLength(3);
  expect(html).not.toMatch(/NaN|undefined/);
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('| rate /s | verdict |');
});

test('a search needs an objective that can be tested and a rate to search', async () => {
  const target = ['--target', 'http://127.0.0.1:9'];
  const search = (...args: readonly string[]) => assay('run', ...target, '--find-capacity', ...args);
  expect((await search()).stderr).toContain('--find-capacity needs an objective');
  expect((await search('--slo', 'ttft_ms.p99>5')).stderr).toContain('CAPACITY_OBJECTIVE_INVALID');
  expect((await search('--slo', 'ttft_ms.p99<5', '--concurrency', '3')).stderr).toContain('searches a rate');
  expect((await search('--slo', 'ttft_ms.p99<5', '--repeats', '3')).stderr).toContain('exclude each other');
  expect((await search('--slo', 'ttft_ms.p99<5', '--tolerance', '0')).stderr).toContain('--tolerance: expected');
  expect(await assay('run', ...target, '--max-probes', '3')).toMatchObject({ code: 2 });
  expect(await assay('run', ...target, '--repeats', '1')).toMatchObject({ code: 2 });
});

test('repeats give figures over runs, and two of them can be compared', async () => {
  const folder = temporaryFolder();
  const load = ['--concurrency', '8', '--requests', '64', '--repeats', '2'];
  const quick = await service({ ttftMs: 10, itlMs: 1 });
  const slow = await service({ ttftMs: 60, itlMs: 1 });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
  expect(await assay('run', ...quick, ...load, '--name', 'x', '--out', a)).toMatchObject({ code: 0 });
  expect(await assay('run', ...slow, ...load, '--repeat-seeds', 'same', '--out', b)).toMatchObject({ code: 0 });
  const document = readJson(a, 'repeats.json');
  expect(validate('repeats', document)).toMatchObject({ ok: true });
  expect(document).toMatchObject({ seeds: 'new', runs: [{ seed: 0 }, { seed: 1 }] });
  expect(readJson(b, 'repeats.json')).toMatchObject({ seeds: 'same', runs: [{ seed: 0 }, { seed: 0 }] });
  expect(readFileSync(join(a, 'report.html'), 'utf8')).not.toMatch(/NaN|undefined/);
  expect(readFileSync(join(a, 'report.md'), 'utf8')).toContain('| run-01 | 0 | finished |');

  const diff = await assay('diff', a, b, '--json');
  expect(diff.code).toBe(0);
  const ttft = { id: 'ttft_ms', statistic: 'p50', method: 'runs' };
  expect(JSON.parse(diff.stdout).changes).toContainEqual(expect.objectContaining(ttft));
  const table = await assay('diff', join(a, 'run-01'), join(b, 'run-01'), '--fail-on', 'slower');
  expect(table).toMatchObject({ code: 4 });
  expect(table.stdout).toMatch(/ttft_ms p50 .* slower/);

  expect(await assay('run', ...quick, '--concurrency', '4', '--requests', '64', '--out', c)).toMatchObject({ code: 0 });
  const refused = await assay('diff', join(a, 'run-01'), c);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('RUNS_NOT_COMPARABLE');
  const forced = await assay('diff', join(a, 'run-01'), c, '--force', '--fail-on', 'slower');
  expect(forced.stdout).toContain('not the same: load is');
  expect((await assay('diff', folder, c)).stderr).toContain('RUN_NOT_FOUND');
});
