import type { Metric, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { clientErrorMs } from './client-error.ts';

type ReadDelay = NonNullable<NonNullable<RunDocument['clientHealth']>['readDelay']>;

const figures = (meanMs: number): NonNullable<ReadDelay['reads']> => ({
  count: 100,
  meanMs,
  p50Ms: meanMs + 1,
  p90Ms: meanMs + 2,
  p95Ms: meanMs + 3,
  p99Ms: meanMs + 4,
  p999Ms: meanMs + 5,
  maxMs: meanMs + 6,
});
const readDelay: ReadDelay = {
  calibration: { samples: 72, meanMs: 0.1, p50Ms: 0.2, p90Ms: 0.3, p99Ms: 0.4, maxMs: 0.5 },
  reads: figures(10),
  firstTokens: figures(20),
  spans: figures(30),
  isCoreTimeKnown: true,
};
const GAPS = 5;

test.each<[Metric['id'], Metric['statistic'], number]>([
  ['ttft_ms', 'mean', 20.1],
  ['ttft_ms', 'p50', 21.2],
  ['ttfa_ms', 'p90', 22.3],
  ['ttft_ms', 'p95', 23.4],
  ['ttft_ms', 'p99', 24.4],
  ['ttft_ms', 'p99.9', 25.5],
  ['itl_ms', 'p50', 11.2],
  ['itl_ms', 'mean', 30.1 / GAPS],
  ['e2e_latency_ms', 'mean', 10.1],
])('%s %s: what was seen from inside and the calibration, each at that statistic', (id, statistic, boundMs) => {
  expect(clientErrorMs(readDelay, { id, statistic }, GAPS)).toBeCloseTo(boundMs, 9);
});

test.each<[Metric['id'], Metric['statistic']]>([
  ['ttft_ms', 'min'],
  ['ttft_ms', 'max'],
  ['itl_ms', 'stddev'],
  ['send_lag_ms', 'p50'],
  ['connect_ms', 'mean'],
  ['requests_per_second', 'rate'],
])('%s %s has no bound', (id, statistic) => {
  expect(clientErrorMs(readDelay, { id, statistic }, GAPS)).toBeUndefined();
});

test('a part that is not known makes the bound unknown, never smaller', () => {
  const p50 = (change: Partial<ReadDelay>, id = 'ttft_ms'): number | undefined =>
    clientErrorMs({ ...readDelay, ...change }, { id, statistic: 'p50' }, GAPS);
  expect(clientErrorMs(undefined, { id: 'ttft_ms', statistic: 'p50' }, GAPS)).toBeUndefined();
  expect(p50({ calibration: null })).toBeUndefined();
  expect(p50({ firstTokens: null })).toBeUndefined();
  expect(p50({ firstTokens: null }, 'itl_ms')).toBeDefined();
  expect(clientErrorMs(readDelay, { id: 'itl_ms', statistic: 'mean' }, 0)).toBeUndefined();
});
