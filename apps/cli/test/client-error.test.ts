import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metric, ResultsDocument, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assayIn, type Ended, startSim, temporaryFolder } from './assay.ts';

interface Cached {
  readonly machine: string;
  readonly atMs: number;
  readonly calibration: NonNullable<NonNullable<RunDocument['clientHealth']>['readDelay']>['calibration'] & object;
}

const readJson = <T>(...path: readonly string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** Forty requests, so that medians have intervals. */
async function run(cache: string, out: string, ...more: readonly string[]): Promise<Ended> {
  const target = await startSim({ ttftMs: 5, itlMs: 1 });
  const load = ['--requests', '40', '--concurrency', '4', '--input-tokens', '16', '--output-tokens', '8'];
  return await assayIn({ env: { XDG_CACHE_HOME: cache } }, 'run', '--target', target, ...load, '--out', out, ...more);
}

const codesOf = ({ validity }: ResultsDocument): readonly string[] => validity.findings.map(({ code }) => code);
const boundsOf = ({ metrics }: ResultsDocument): readonly string[] =>
  metrics
    .filter((metric: Metric) => metric.state === 'measured' && metric.clientErrorMs !== undefined)
    .map(({ id, statistic }) => `${id} ${statistic}`);

test('a machine is calibrated once; each latency of a run has the bound, and a strict run fails where it is too large', async () => {
  const cache = temporaryFolder();
  const file = join(cache, 'assay', 'read-delay.json');
  mkdirSync(join(cache, 'assay'));
  // That of another machine is not taken for this one's.
  const calibration = { samples: 72, meanMs: 5000, p50Ms: 5000, p90Ms: 5000, p99Ms: 5000, maxMs: 5000 };
  writeFileSync(file, JSON.stringify({ machine: 'another one', atMs: Date.now(), calibration }));
  const doctor = await assayIn({ env: { XDG_CACHE_HOME: cache } }, 'doctor');
  const measured = readJson<Cached>(file);
  expect(measured.machine).not.toBe('another one');
  const { meanMs, p99Ms } = measured.calibration;
  expect(doctor.stdout).toContain(`read delay  mean ${meanMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms`);

  const out = join(temporaryFolder(), 'run');
  const first = await run(cache, out);
  expect(first.code).toBe(0);
  expect(first.stderr).not.toContain('measuring the delay of reads');
  expect(readJson(file)).toEqual(measured);
  const { clientHealth } = readJson<RunDocument>(out, 'run.json');
  expect(clientHealth?.readDelay?.calibration).toEqual(measured.calibration);
  expect(clientHealth?.readDelay?.reads?.count).toBeGreaterThanOrEqual(40);
  const results = readJson<ResultsDocument>(out, 'results.json');
  expect(codesOf(results)).not.toContain('CLIENT_ERROR_UNKNOWN');
  const bounded = ['ttft_ms mean', 'ttft_ms p50', 'itl_ms mean', 'itl_ms p50', 'e2e_latency_ms p50'];
  expect(boundsOf(results)).toEqual(expect.arrayContaining(bounded));
  expect(first.stdout).toMatch(/time to first token +[\d.]+ ±[\d.]+ +/);
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toMatch(/\| ≤ [\d.]+ ms \|/);

  writeFileSync(file, JSON.stringify({ ...measured, calibration }));
  const lenient = await run(cache, join(temporaryFolder(), 'run'));
  expect(lenient.code).toBe(0);
  expect(lenient.stdout).toContain('notes CLIENT_ERROR: the client may have added up to 5');
  const strict = await run(cache, join(temporaryFolder(), 'run'), '--strict');
  expect(strict.code).toBe(7);
  expect(strict.stdout).toContain('notes CLIENT_ERROR: ');
}, 60_000);

test('where nothing bounds it, a run says so and a strict one fails: a calibration is of no use to the second transport', async () => {
  const cache = temporaryFolder();
  const out = join(temporaryFolder(), 'run');
  const { code, stdout } = await run(cache, out, '--transport', 'undici', '--strict');
  expect(code).toBe(7);
  expect(stdout).toContain('notes CLIENT_ERROR_UNKNOWN: ');
  expect(stdout).not.toContain('±');
  const results = readJson<ResultsDocument>(out, 'results.json');
  expect(boundsOf(results)).toEqual([]);
  expect(readJson<RunDocument>(out, 'run.json').clientHealth).not.toHaveProperty('readDelay');
  expect(readdirSync(cache)).toEqual([]);
});
