import { createSchedule, type Schedule } from '@assay/loadgen';
import { describe, expect, test } from 'vitest';
import { neededWorkers, workersOf } from './worker-count.ts';

const dataset = {
  kind: 'synthetic',
  inputTokens: { kind: 'fixed', value: 16 },
  outputTokens: { kind: 'fixed', value: 100 },
  sharedPrefixTokens: 0,
  sharedPrefixCount: 1,
} as const;
const config = { dataset, stream: true };
const rate = (ratePerSecond: number): Schedule =>
  createSchedule({ kind: 'constant', ratePerSecond }, 0, { requests: 10_000, durationMs: undefined });
const concurrency = (count: number): Schedule =>
  createSchedule({ kind: 'concurrency', concurrency: count }, 0, { requests: 10_000, durationMs: undefined });

describe('workers of a load', () => {
  test.each([
    ['50/s of 100 tokens', rate(50), 16, 1],
    ['400/s', rate(400), 16, 1],
    ['1,000/s', rate(1000), 16, 3],
    ['1,000/s on two cores', rate(1000), 2, 1],
    ['64 streams', concurrency(64), 16, 1],
    ['4,000 streams', concurrency(4000), 16, 5],
  ])('%s', (_, schedule, cores, expected) => {
    expect(neededWorkers(config, schedule, cores)).toBe(expected);
  });

  test('never more than requests or permits, and one is this thread', () => {
    const full = { ...config, maxInFlight: null } as unknown as Parameters<typeof workersOf>[0];
    expect(workersOf({ ...full, workers: 8 }, concurrency(3))).toEqual({ kind: 'thread', count: 3 });
    expect(workersOf({ ...full, workers: 8, maxInFlight: 2 }, rate(10))).toEqual({ kind: 'thread', count: 2 });
    expect(workersOf({ ...full, workers: 1 }, rate(10))).toBeUndefined();
    expect(workersOf({ ...full, processes: 1 }, rate(10))).toEqual({ kind: 'process', count: 1 });
  });
});
