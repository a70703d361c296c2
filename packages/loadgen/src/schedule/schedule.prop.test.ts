import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSchedule, type LoadShape } from './schedule.ts';

const rate = fc.double({ min: 0.5, max: 2000, noNaN: true });
const shapes: fc.Arbitrary<LoadShape> = fc.oneof(
  rate.map((ratePerSecond): LoadShape => ({ kind: 'constant', ratePerSecond })),
  rate.map((ratePerSecond): LoadShape => ({ kind: 'poisson', ratePerSecond })),
  fc
    .tuple(rate, fc.double({ min: 0.3, max: 10, noNaN: true }))
    .map(([ratePerSecond, shape]): LoadShape => ({ kind: 'gamma', ratePerSecond, shape })),
  fc.tuple(rate, rate, fc.integer({ min: 10, max: 20_000 })).map(
    ([fromRatePerSecond, toRatePerSecond, rampMs]): LoadShape => ({
      kind: 'ramp',
      fromRatePerSecond,
      toRatePerSecond,
      rampMs,
    }),
  ),
  fc.tuple(rate, rate, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 5000 })).map(
    ([baseRatePerSecond, burstRatePerSecond, burstMs, rest]): LoadShape => ({
      kind: 'burst',
      baseRatePerSecond,
      burstRatePerSecond,
      burstMs,
      periodMs: burstMs + rest,
    }),
  ),
);

test('offsets never decrease, stay inside the duration, and do not depend on the order of asking', () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer({ min: 0, max: 1 << 30 }),
      fc.integer({ min: 100, max: 5000 }),
      (load, seed, durationMs) => {
        const bounds = { requests: undefined, durationMs };
        const schedule = createSchedule(load, seed, bounds);
        const again = createSchedule(load, seed, bounds);
        if (schedule.kind !== 'open' || again.kind !== 'open') throw new Error('not open');
        const backwards: number[] = [];
        for (let index = again.count - 1; index >= 0; index--) backwards[index] = again.offsetMsAt(index);
        for (let index = 0; index < schedule.count; index++) {
          const offset = schedule.offsetMsAt(index);
          expect(offset).toBe(backwards[index]);
          expect(offset).toBeGreaterThanOrEqual(index === 0 ? 0 : (backwards[index - 1] ?? 0));
          expect(offset).toBeLessThan(durationMs);
        }
        expect(schedule.offsetMsAt(schedule.count)).toBeGreaterThanOrEqual(durationMs);
      },
    ),
    { numRuns: 40 },
  );
});
