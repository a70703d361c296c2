import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSessions } from '../prompt/sessions.ts';
import type { LoadShape } from './schedule.ts';
import { planSchedule } from './session-schedule.ts';

/** Files of conversations by their numbers of turns. */
const files = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }).map((lengths) => {
  const rows = lengths.flatMap((turns) =>
    Array.from({ length: turns }, (_, turn) => ({ turn: { turn, turns, thinkTimeMs: 10 } })),
  );
  const sessions = createSessions(rows);
  if (sessions === undefined) throw new Error('no sessions');
  return sessions;
});
const loads: fc.Arbitrary<LoadShape> = fc.constantFrom(
  { kind: 'constant', ratePerSecond: 5 },
  { kind: 'poisson', ratePerSecond: 5 },
  { kind: 'gamma', ratePerSecond: 5, shape: 0.5 },
  {
    kind: 'mmpp',
    states: [
      { ratePerSecond: 20, meanMs: 200 },
      { ratePerSecond: 1, meanMs: 500 },
    ],
  },
  { kind: 'diurnal', curve: 'sine', ratesPerSecond: [1, 10], periodMs: 4000 },
  { kind: 'burst', baseRatePerSecond: 1, burstRatePerSecond: 20, burstMs: 200, periodMs: 1000 },
  { kind: 'ramp', fromRatePerSecond: 1, toRatePerSecond: 20, rampMs: 5000 },
);

describe('conversations of an open loop', () => {
  test('as many begin as the requests need, at the times at which as many requests would', () => {
    fc.assert(
      fc.property(
        files,
        loads,
        fc.integer({ min: 1, max: 60 }),
        fc.integer(),
        ({ sessionAt }, load, requests, seed) => {
          const plan = { load, seed, sessions: 'whole' } as const;
          const bounds = { requests, durationMs: undefined };
          const whole = planSchedule(plan, bounds, { sessionAt });
          if (whole.kind !== 'sessions') throw new Error(whole.kind);
          const { starts } = whole;
          expect(whole).toMatchObject({ indexLimit: requests, count: requests });
          expect(sessionAt(starts.count - 1).firstIndex).toBeLessThan(requests);
          expect(sessionAt(starts.count).firstIndex).toBeGreaterThanOrEqual(requests);
          const split = planSchedule(
            { ...plan, sessions: 'split' },
            { ...bounds, requests: starts.count },
            { sessionAt },
          );
          if (split.kind !== 'open') throw new Error(split.kind);
          for (let n = 0; n < starts.count; n++) expect(starts.offsetMsAt(n)).toBe(split.offsetMsAt(n));
        },
      ),
    );
  });

  test('a duration bounds the beginnings, and leaves open how many turns follow', () => {
    fc.assert(
      fc.property(files, loads, fc.integer({ min: 500, max: 5000 }), ({ sessionAt }, load, durationMs) => {
        const whole = planSchedule(
          { load, seed: 3, sessions: 'whole' },
          { requests: undefined, durationMs },
          { sessionAt },
        );
        if (whole.kind !== 'sessions') throw new Error(whole.kind);
        const { starts, indexLimit } = whole;
        expect(whole.count).toBeUndefined();
        expect(indexLimit).toBe(sessionAt(starts.count).firstIndex);
        if (starts.count > 0) expect(starts.offsetMsAt(starts.count - 1)).toBeLessThan(durationMs);
        expect(starts.offsetMsAt(starts.count)).toBeGreaterThanOrEqual(durationMs);
      }),
    );
  });

  test('closed loops, and prompts that stand alone, have the schedules they had', () => {
    const bounds = { requests: 4, durationMs: undefined };
    const closed = { kind: 'concurrency', concurrency: 2 } as const;
    const sessionAt = (session: number) => ({ firstIndex: session * 2, turns: 2 });
    expect(planSchedule({ load: closed, seed: 0, sessions: 'whole' }, bounds, { sessionAt }).kind).toBe('closed');
    const open = { kind: 'constant', ratePerSecond: 5 } as const;
    expect(planSchedule({ load: open, seed: 0, sessions: 'whole' }, bounds, {}).kind).toBe('open');
    expect(planSchedule({ load: open, seed: 0 }, bounds, { sessionAt }).kind).toBe('open');
  });
});
