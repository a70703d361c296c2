import type { Metric, ResultsDocument, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { failedRecord, okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from './analyze-run.ts';

type Health = NonNullable<RunDocument['clientHealth']>;
const RECORDS = Array.from({ length: 100 }, (_, index) => {
  const first = index % 20;
  return okRecordAt(index, index * 10, {
    firstTokenMs: index * 10 + 51 + first,
    firstAnswerMs: index * 10 + 51 + first,
  });
});

const delays = (ms: number): NonNullable<NonNullable<Health['readDelay']>['reads']> => ({
  count: 100,
  meanMs: ms,
  p50Ms: ms,
  p90Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  p999Ms: ms,
  maxMs: ms,
});

function runWith(delayMs: number, change: Partial<NonNullable<Health['readDelay']>> = {}): RunDocument {
  const run = runDocument();
  const figures = delays(delayMs);
  const calibration = { samples: 72, meanMs: 0.25, p50Ms: 0.25, p90Ms: 0.25, p99Ms: 0.25, maxMs: 0.25 };
  const readDelay = {
    calibration,
    reads: figures,
    firstTokens: figures,
    spans: figures,
    isCoreTimeKnown: true,
    ...change,
  };
  return { ...run, clientHealth: { ...(run.clientHealth as Health), readDelay } };
}

const measured = (results: ResultsDocument, id: string, statistic: string): Extract<Metric, { state: 'measured' }> => {
  const metric = results.metrics.find((each) => each.id === id && each.statistic === statistic);
  if (metric?.state !== 'measured') throw new Error(`${id} ${statistic} is not measured`);
  return metric;
};
const codes = ({ validity }: ResultsDocument): readonly string[] => validity.findings.map(({ code }) => code);

test('each latency has its bound, the same from schedule and from send; figures that are no latency have none', async () => {
  const results = await analyzeRun({ run: runWith(0.5), records: RECORDS });
  expect(measured(results, 'ttft_ms', 'p50').clientErrorMs).toBe(0.75);
  expect(
    results.metrics.filter((metric) => metric.id === 'ttft_ms' && metric.state === 'measured' && metric.clientErrorMs)
      .length % 2,
  ).toBe(0);
  // Three gaps an answer: the errors of those between first and last cancel.
  expect(measured(results, 'itl_ms', 'mean').clientErrorMs).toBe(0.25);
  expect(measured(results, 'e2e_latency_ms', 'mean').clientErrorMs).toBe(0.75);
  for (const id of ['send_lag_ms', 'output_tokens'])
    expect(measured(results, id, 'mean')).not.toHaveProperty('clientErrorMs');
});

test('the worst figure whose bound is larger than its interval is a note with its numbers', async () => {
  const results = await analyzeRun({ run: runWith(40), records: RECORDS });
  const finding = results.validity.findings.find(({ code }) => code === 'CLIENT_ERROR');
  expect(finding?.severity).toBe('notes');
  expect(finding?.message).toMatch(
    /up to \d+\.\d\d ms to (ttft|itl)_ms \S+, more than the \d+\.\d\d ms of its interval/,
  );
  expect(codes(results)).not.toContain('CLIENT_ERROR_UNKNOWN');
});

test('a bound within the intervals is no finding', async () => {
  const run = runWith(0, { calibration: { samples: 72, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 } });
  const found = codes(await analyzeRun({ run, records: RECORDS }));
  expect(found).not.toContain('CLIENT_ERROR');
  expect(found).not.toContain('CLIENT_ERROR_UNKNOWN');
});

test.each([
  ['nobody measured', runDocument()],
  ['the machine was not calibrated', runWith(0.5, { calibration: null })],
])('where %s the bound is unknown, and that is a finding', async (_, run) => {
  const results = await analyzeRun({ run, records: RECORDS });
  expect(results.metrics.some((metric) => 'clientErrorMs' in metric)).toBe(false);
  expect(codes(results)).toContain('CLIENT_ERROR_UNKNOWN');
});

test('a run without a latency has nothing to bound', async () => {
  const records = [failedRecord('http', 'HTTP_500')];
  expect(codes(await analyzeRun({ run: runDocument(), records }))).not.toContain('CLIENT_ERROR_UNKNOWN');
});
