import { join } from 'node:path';
import { type DiffDocument, validate } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, startSim, temporaryFolder } from './assay.ts';

const LOAD = ['--concurrency', '16', '--requests', '160', '--input-tokens', '8', '--output-tokens', '4'];

async function runOf(folder: string, name: string, options: Parameters<typeof startSim>[0]): Promise<string> {
  const out = join(folder, name);
  const target = await startSim({ jitterMs: 1, ...options });
  expect(await assay('run', '--target', target, ...LOAD, '--out', out)).toMatchObject({ code: 0 });
  return out;
}

async function diffOf(...args: readonly string[]): Promise<DiffDocument> {
  const { code, stdout, stderr } = await assay('diff', ...args, '--json');
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: '' });
  const checked = validate('diff', JSON.parse(stdout));
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

test('a diff follows its schema, compares gaps between tokens, and counts goodput by the objectives it is given', async () => {
  const folder = temporaryFolder();
  const quick = await runOf(folder, 'quick', { ttftMs: 10, itlMs: 4 });
  const slow = await runOf(folder, 'slow', { ttftMs: 10, itlMs: 45 });
  const find = ({ changes }: DiffDocument, id: string, statistic: string) =>
    changes.find((each) => each.id === id && each.statistic === statistic);

  const plain = await diffOf(quick, slow);
  expect(find(plain, 'itl_ms', 'p50')).toMatchObject({ verdict: 'slower', method: 'blocks' });
  expect(find(plain, 'goodput_requests_per_second', 'rate')).toBeUndefined();
  expect(plain).toMatchObject({ from: 'scheduled', first: { objectives: [], importedFrom: null, runs: 1 } });

  const slo = ['--slo', 'itl_ms<20,ttft_ms<5s'];
  const judged = await diffOf(quick, slow, ...slo);
  expect(judged.second.objectives).toEqual(['itl_ms<20', 'ttft_ms<5s']);
  const goodput = find(judged, 'goodput_requests_per_second', 'rate');
  expect(goodput).toMatchObject({ verdict: 'slower', method: 'parts' });
  expect(goodput!.second!).toBeLessThan(goodput!.first! / 2);

  const table = await assay('diff', quick, slow, ...slo, '--fail-on', 'slower');
  expect(table.code).toBe(4);
  expect(table.stdout).toMatch(/itl_ms p50 .* slower/);
  expect(table.stdout).toContain('goodput is counted by itl_ms<20, ttft_ms<5s');
});

test('an objective that cannot be read is refused', async () => {
  expect(await assay('diff', 'a', 'b', '--slo', 'itl_mss<6')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean itl_ms?'),
  });
});
