import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator } from '@assay/simulator';
import { expect, onTestFinished, test } from 'vitest';
import { assay, startAssay, temporaryFolder } from './assay.ts';

async function measured(folder: string, name: string, concurrency: string): Promise<string> {
  const batching = { stepMs: 4, prefillMsPerToken: 0.05, decodeMsPerSequence: 1 };
  const simulator = await startSimulator({ engine: 'batching', slots: 4, batching });
  onTestFinished(() => simulator.close());
  const directory = join(folder, name);
  const load = ['--concurrency', concurrency, '--requests', '24', '--input-tokens', 'uniform:20,200'];
  const args = ['--target', simulator.origin, ...load, '--output-tokens', 'uniform:4,12', '--out', directory];
  expect(await assay('run', ...args)).toMatchObject({ code: 0 });
  return directory;
}

test('fits runs, predicts another one, and assay sim serves with what was found', async () => {
  const folder = temporaryFolder();
  const one = await measured(folder, 'one', '1');
  const four = await measured(folder, 'four', '4');
  const file = join(folder, 'engine.json');
  const flags = ['--slots', '4', '--held-out', four, '--out', file, '--json'];
  const { code, stdout } = await assay('sim', 'calibrate', one, ...flags);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    schema: 'assay/calibration/v1',
    requests: 24,
    model: { slots: 4, batching: { stepMs: expect.any(Number), prefillMsPerToken: expect.any(Number) } },
    runs: [
      { directory: one, isHeldOut: false, requests: 24, leftOut: 0 },
      { directory: four, isHeldOut: true, requests: 24, leftOut: 0 },
    ],
  });
  expect(document.runs[1].observed.ttftMs).toBeGreaterThan(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
  const { child } = startAssay(['sim', '--calibration', file]);
  const line = await new Promise<string>((resolve) => child.stdout?.once('data', (data) => resolve(String(data))));
  const { origin } = JSON.parse(line);
  const target = ['--target', origin, '--concurrency', '2', '--requests', '4', '--output-tokens', '4'];
  expect(await assay('run', ...target, '--out', join(folder, 'served'))).toMatchObject({ code: 0 });
});

test('a table without --json, and nothing written without --out', async () => {
  const folder = temporaryFolder();
  const one = await measured(folder, 'one', '1');
  const { code, stdout } = await assay('sim', 'calibrate', one);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^step \S+ ms, prompt token \S+ ms, sequence \S+ ms; 256 slots; fitted to 24 requests/);
  expect(stdout).toMatch(/\nfitted one +\S+ \/ \S+ \([+-]\S+ %\)/);
  expect(existsSync(join(folder, 'engine.json'))).toBe(false);
});

test('what cannot be fitted or served is refused with its place', async () => {
  const folder = temporaryFolder();
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"schema":"assay/results/v1"}');
  expect(await assay('sim', 'calibrate', folder)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/RUN_NOT_FOUND/),
  });
  expect(await assay('sim', 'calibrate', folder, '--slots', '0')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--slots: "0"/),
  });
  expect(await assay('sim', '--calibration', wrong)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/holds no calibration/),
  });
  expect(await assay('sim', '--calibration', join(folder, 'none'))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/CONFIG_FILE_UNREADABLE.*ENOENT/),
  });
});
