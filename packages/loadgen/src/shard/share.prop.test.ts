import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSchedule, type OpenSchedule } from '../schedule/schedule.ts';
import { countOfSessions, createShare } from './share.ts';

const counts = fc.integer({ min: 1, max: 12 });
const shares = (count: number): ReturnType<typeof createShare>[] =>
  Array.from({ length: count }, (_, index) => createShare({ index, count }));

describe('shares', () => {
  test('all together have every request exactly once, and as many as they say', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 500 }), (count, total) => {
        const all = shares(count).flatMap((share) =>
          Array.from({ length: share.countOf(total) }, (_, at) => share.indexAt(at)),
        );
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
        for (const share of shares(count)) {
          for (let at = 0; at < share.countOf(total); at++) expect(share.isMine(share.indexAt(at))).toBe(true);
        }
      }),
    );
  });

  test('permits add up and differ by one at most', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 5000 }), (count, total) => {
        const parts = shares(count).map((share) => share.permitsOf(total));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('conversations stay whole, and their requests add up', () => {
    const turnsOf = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(counts, turnsOf, fc.integer({ min: 0, max: 200 }), (count, turns, total) => {
        const starts = turns.map((_, at) => turns.slice(0, at).reduce((sum, each) => sum + each, 0));
        const round = turns.reduce((sum, each) => sum + each, 0);
        const sessionAt = (session: number): { readonly firstIndex: number; readonly turns: number } => ({
          firstIndex: Math.floor(session / turns.length) * round + (starts[session % turns.length] ?? 0),
          turns: turns[session % turns.length] ?? 0,
        });
        const parts = shares(count).map((share) => countOfSessions(share, sessionAt, total));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      }),
    );
  });

  test('offsets are the same to the bit, in whatever order workers ask', () => {
    const load = { kind: 'gamma', ratePerSecond: 100, shape: 0.5 } as const;
    const scheduleOf = (seed: number): OpenSchedule =>
      createSchedule(load, seed, { requests: 3000, durationMs: undefined }) as OpenSchedule;
    fc.assert(
      fc.property(counts, fc.nat(), (count, seed) => {
        const alone = scheduleOf(seed);
        for (const share of shares(count)) {
          const own = scheduleOf(seed);
          for (let at = 0; at < share.countOf(3000); at += 37) {
            expect(own.offsetMsAt(share.indexAt(at))).toBe(alone.offsetMsAt(share.indexAt(at)));
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
