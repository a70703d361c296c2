import { describe, expect, test } from 'vitest';
import type { LoadgenError } from '../errors.ts';
import { createSchedule, type LoadShape, type OpenSchedule } from './schedule.ts';

function open(load: LoadShape, bounds: { requests?: number; durationMs?: number }, seed = 7): OpenSchedule {
  const schedule = createSchedule(load, seed, { requests: bounds.requests, durationMs: bounds.durationMs });
  if (schedule.kind !== 'open') throw new Error('not an open loop');
  return schedule;
}

function offsets(schedule: OpenSchedule): number[] {
  return Array.from({ length: schedule.count }, (_, index) => schedule.offsetMsAt(index));
}

describe('constant', () => {
  test('due times are exact multiples', () => {
    const schedule = open({ kind: 'constant', ratePerSecond: 50 }, { requests: 5 });
    expect(offsets(schedule)).toEqual([0, 20, 40, 60, 80]);
    expect(schedule.endMs).toBe(100);
  });

  test('a duration holds rate times duration', () => {
    const schedule = open({ kind: 'constant', ratePerSecond: 200 }, { durationMs: 20_000 });
    expect(schedule).toMatchObject({ count: 4000, endMs: 20_000, ratePerSecond: 200 });
  });

  test('the smaller of count and duration wins', () => {
    expect(open({ kind: 'constant', ratePerSecond: 10 }, { requests: 5, durationMs: 1000 }).count).toBe(5);
    expect(open({ kind: 'constant', ratePerSecond: 10 }, { requests: 50, durationMs: 1000 }).count).toBe(10);
  });
});

describe('random arrivals', () => {
  test.each([
    { kind: 'poisson', ratePerSecond: 100 },
    { kind: 'gamma', ratePerSecond: 100, shape: 4 },
    { kind: 'gamma', ratePerSecond: 100, shape: 0.5 },
  ] as const)('$kind has the asked mean and grows', (load) => {
    const all = offsets(open(load, { requests: 20_000 }));
    expect((all.at(-1) ?? 0) / 20_000).toBeCloseTo(10, 0);
    expect(all.every((offset, at) => at === 0 || offset >= (all[at - 1] ?? 0))).toBe(true);
  });

  test('gamma gaps have the variance of their shape', () => {
    const all = offsets(open({ kind: 'gamma', ratePerSecond: 1000, shape: 4 }, { requests: 20_000 }));
    const gaps = all.map((offset, at) => offset - (all[at - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(0.5, 1);
  });

  test('any split among workers and any order gives the same bits', () => {
    const load = { kind: 'poisson', ratePerSecond: 100 } as const;
    const whole = offsets(open(load, { requests: 6000 }));
    for (const workers of [1, 2, 8]) {
      const merged: number[] = [];
      for (let worker = workers - 1; worker >= 0; worker--) {
        const own = open(load, { requests: 6000 });
        for (let index = 5999 - worker; index >= 0; index -= workers) {
          if (index % workers === (5999 - worker) % workers) merged[index] = own.offsetMsAt(index);
        }
      }
      expect(merged).toEqual(whole);
    }
  });

  test('seeds differ, equal seeds do not', () => {
    const load = { kind: 'poisson', ratePerSecond: 100 } as const;
    expect(offsets(open(load, { requests: 50 }, 0))).toEqual(offsets(open(load, { requests: 50 }, 0)));
    expect(offsets(open(load, { requests: 50 }, 0))).not.toEqual(offsets(open(load, { requests: 50 }, 1)));
  });
});

describe('changing rates', () => {
  test('a ramp holds the integral of its rate', () => {
    const schedule = open(
      { kind: 'ramp', fromRatePerSecond: 10, toRatePerSecond: 100, rampMs: 10_000 },
      { durationMs: 12_000 },
    );
    const all = offsets(schedule);
    expect(Math.abs(all.filter((offset) => offset < 10_000).length - 550)).toBeLessThanOrEqual(1);
    expect(Math.abs(schedule.count - 750)).toBeLessThanOrEqual(1);
    expect(all.every((offset, at) => at === 0 || offset > (all[at - 1] ?? 0))).toBe(true);
  });

  test('a ramp may begin at 0 and may go down', () => {
    const up = offsets(
      open({ kind: 'ramp', fromRatePerSecond: 0, toRatePerSecond: 10, rampMs: 1000 }, { requests: 5 }),
    );
    expect(up[0]).toBe(0);
    expect(up[1]).toBeCloseTo(Math.sqrt(2e6 / 10), 6);
    const down = offsets(
      open({ kind: 'ramp', fromRatePerSecond: 20, toRatePerSecond: 10, rampMs: 1000 }, { requests: 20 }),
    );
    expect(down[15]).toBeCloseTo(1000, 6);
    expect(down[16]).toBeCloseTo(1100, 6);
  });

  test('bursts repeat with their period', () => {
    const load = {
      kind: 'burst',
      baseRatePerSecond: 10,
      burstRatePerSecond: 100,
      burstMs: 200,
      periodMs: 1000,
    } as const;
    const all = offsets(open(load, { durationMs: 3000 }));
    for (const period of [0, 1, 2]) {
      const inPeriod = all.filter((offset) => Math.floor(offset / 1000) === period);
      expect(inPeriod).toHaveLength(28);
      expect(inPeriod.filter((offset) => offset % 1000 < 199.99)).toHaveLength(20);
    }
  });

  test('bursts over nothing', () => {
    const load = { kind: 'burst', baseRatePerSecond: 0, burstRatePerSecond: 50, burstMs: 200, periodMs: 5000 } as const;
    const all = offsets(open(load, { requests: 20 }));
    expect(all.slice(9, 11)).toEqual([180, 5000]);
  });
});

describe('misuse', () => {
  function codeOf(run: () => unknown): string {
    try {
      run();
    } catch (error) {
      return (error as LoadgenError).code;
    }
    return 'none';
  }

  test.each([
    ['rate 0', { kind: 'constant', ratePerSecond: 0 }, { requests: 1 }],
    ['no bound', { kind: 'constant', ratePerSecond: 1 }, {}],
    ['no requests', { kind: 'constant', ratePerSecond: 1 }, { requests: 0 }],
    ['no concurrency', { kind: 'concurrency', concurrency: 0 }, { requests: 1 }],
    ['shape 0', { kind: 'gamma', ratePerSecond: 1, shape: 0 }, { requests: 1 }],
    [
      'burst longer than its period',
      { kind: 'burst', baseRatePerSecond: 1, burstRatePerSecond: 5, burstMs: 9, periodMs: 5 },
      { requests: 1 },
    ],
  ] as const)('%s is SCHEDULE_INVALID', (_, load, bounds) => {
    expect(codeOf(() => open(load as LoadShape, bounds))).toBe('SCHEDULE_INVALID');
  });
});
