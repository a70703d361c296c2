import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectPace } from './connect-pace.ts';

/** Takes every turn as soon as timers of irregular lateness allow it. */
function turnsOf(pace: ConnectPace, lateMs: readonly number[], untilMs: number): number[] {
  const turns: number[] = [];
  for (let nowMs = 0, at = 0; nowMs < untilMs; at += 1) {
    while (pace.waitMs(nowMs) === 0) {
      pace.take(nowMs);
      turns.push(nowMs);
    }
    nowMs += pace.waitMs(nowMs) + (lateMs[at % lateMs.length] ?? 0);
  }
  return turns;
}

test('no window holds more turns than the pace allows, and little is lost to late timers', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 5000, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (ratePerSecond, lateMs) => {
        const turns = turnsOf(new ConnectPace(ratePerSecond), lateMs, 400);
        // Turn n of any window comes no earlier than n gaps after its first, two milliseconds of credit apart.
        const earlyMs = turns.map((atMs, at) => (at * 1000) / ratePerSecond - atMs);
        let mostEarlyMs = Number.NEGATIVE_INFINITY;
        for (const ms of earlyMs.toReversed()) {
          mostEarlyMs = Math.max(mostEarlyMs, ms);
          expect(mostEarlyMs - ms).toBeLessThanOrEqual(2 + 1e-6);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('timers of a millisecond keep a pace above a thousand a second', () => {
  const turns = turnsOf(new ConnectPace(2000), [1], 1000);
  expect(turns.length).toBeGreaterThan(1_900);
  expect(turns.length).toBeLessThanOrEqual(2_005);
});

test('workers take their turns in between each other', () => {
  const turns = [0, 1, 2, 3].map((index) => turnsOf(new ConnectPace(25, index * 10), [0], 200));
  expect(turns.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at * 10));
});
