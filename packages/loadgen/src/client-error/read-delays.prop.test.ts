import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LoopScript, runLoop } from '../../test/loop-model.ts';
import { HEARTBEAT_MS } from './heartbeat.ts';

const durationMs = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0.001, max: 0.2, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0.2, max: 40, noNaN: true }) },
);
const script = (stopsMs: fc.Arbitrary<number>): fc.Arbitrary<LoopScript> =>
  fc.record({
    arrivals: fc.array(fc.record({ gapMs: fc.oneof(durationMs, fc.constant(0)), socket: fc.nat(5) }), {
      minLength: 1,
      maxLength: 60,
    }),
    workMs: fc.array(durationMs, { minLength: 1, maxLength: 40 }),
    turns: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    timerMs: fc.double({ min: 1, max: 60, noNaN: true }),
    stopsMs: fc.array(stopsMs, { minLength: 1, maxLength: 8 }),
  });
/** Sums of doubles in another order. */
const ROUNDING_MS = 1e-9;
const TIMER_SLACK_MS = 2;

test('the bound of a read never lies below its delay, whatever comes and whatever the thread does', () => {
  fc.assert(
    fc.property(script(fc.constant(0)), (events) => {
      for (const { boundMs, delayMs } of runLoop(events)) expect(boundMs).toBeGreaterThanOrEqual(delayMs - ROUNDING_MS);
    }),
    { numRuns: 200 },
  );
});

test('a stop inside a wait is covered from the next heartbeat on: what is missed is less than one and its slack', () => {
  fc.assert(
    fc.property(script(fc.oneof(fc.constant(0), durationMs)), (events) => {
      for (const { boundMs, delayMs } of runLoop(events))
        expect(delayMs - boundMs).toBeLessThanOrEqual(HEARTBEAT_MS + TIMER_SLACK_MS + ROUNDING_MS);
    }),
    { numRuns: 200 },
  );
});

test('the bound is no more than the work between: an idle thread reads at once and says so', () => {
  const idle = { gapMs: 5, socket: 0 };
  const reads = runLoop({
    arrivals: Array.from({ length: 100 }, () => idle),
    workMs: [0.02],
    turns: [false],
    timerMs: 50,
    stopsMs: [0],
  });
  expect(reads).toHaveLength(100);
  for (const { boundMs } of reads) expect(boundMs).toBeLessThan(0.1);
});
