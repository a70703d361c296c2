import type { RequestRecord, RunDocument } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { failedRecord, okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from './analyze-run.ts';

const OPEN = { load: { kind: 'constant', ratePerSecond: 10 }, durationMs: null } as const;
const LATENCY_MS = 500;

/** `count` requests, one every 100 ms, each answered 500 ms later. */
const tenPerSecond = (count: number): RequestRecord[] =>
  Array.from({ length: count }, (_, index) => okRecordAt(index, index * 100, { endMs: index * 100 + LATENCY_MS }));

async function rateOf(run: RunDocument, records: readonly RequestRecord[]): Promise<number | string> {
  const { metrics } = await analyzeRun({ run, records });
  const metric = metrics.find(({ id }) => id === 'requests_per_second');
  return metric?.state === 'measured' ? metric.value : (metric?.reason ?? 'none');
}

const runOf = (
  config: Partial<RunDocument['config']>,
  endMs: number,
  status: RunDocument['status'] = 'finished',
): RunDocument => runDocument(config, { window: { startMs: 0, endMs }, status });

describe('requests per second', () => {
  test('of a short open loop that a count ended is its rate, without the wait for the last answer', async () => {
    expect(await rateOf(runOf(OPEN, 1500), tenPerSecond(11))).toBeCloseTo(10, 9);
  });

  test('of an overloaded one is what the server does', async () => {
    // Offered 10 a second, served 5 a second.
    const records = tenPerSecond(21).map((record, index) => ({ ...record, endMs: LATENCY_MS + index * 200 }));
    expect(await rateOf(runOf(OPEN, 4500), records)).toBeCloseTo(5, 9);
  });

  test('counts no failed request, whose end bounds the span all the same', async () => {
    const late = failedRecord('http', 'HTTP_500', { index: 11, scheduledMs: 1100, endMs: 3500 });
    expect(await rateOf(runOf(OPEN, 3500), [...tenPerSecond(11), late])).toBeCloseTo(10 / 3, 9);
  });

  test.each([
    ['a closed loop', runOf({ load: { kind: 'concurrency', concurrency: 5 }, durationMs: null }, 1500)],
    ['a loop that the clock ended', runOf({ ...OPEN, durationMs: 1500 }, 1500)],
    ['an aborted run', runOf(OPEN, 1500, 'aborted')],
  ])('of %s is counted in the window', async (_, run) => {
    expect(await rateOf(run, tenPerSecond(11))).toBeCloseTo(11 / 1.5, 9);
  });

  test('of a single request, or of ends at one moment, is counted in the window', async () => {
    expect(await rateOf(runOf(OPEN, 500), tenPerSecond(1))).toBeCloseTo(2, 9);
    const together = tenPerSecond(4).map((record) => ({ ...record, endMs: 1000 }));
    expect(await rateOf(runOf(OPEN, 1000), together)).toBeCloseTo(4, 9);
  });

  test('does not depend on the order of the records', async () => {
    const records = tenPerSecond(50);
    expect(await rateOf(runOf(OPEN, 5400), records.toReversed())).toBe(await rateOf(runOf(OPEN, 5400), records));
  });
});
