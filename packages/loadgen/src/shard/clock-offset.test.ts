import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { echoClockOffset, readShardClock, sharedClockOffset } from './clock-offset.ts';

describe('clock offsets', () => {
  test('one machine: exact from where the zeros lie', () => {
    const offset = sharedClockOffset({ machine: 'a', zeroNs: '5000000' }, { machine: 'a', zeroNs: '3500000' });
    expect(offset?.offsetMs).toBe(1.5);
  });

  test.each([
    ['a', 'b'],
    ['', ''],
  ])('machines %j and %j: not one clock', (own, their) => {
    expect(sharedClockOffset({ machine: own, zeroNs: '0' }, { machine: their, zeroNs: '0' })).toBeUndefined();
  });

  test('the error bound holds, whatever the way there and back takes', () => {
    const trip = fc.record({
      thereMs: fc.double({ min: 0, max: 50, noNaN: true }),
      backMs: fc.double({ min: 0, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.array(trip, { minLength: 1, maxLength: 12 }),
        (trueMs, trips) => {
          const echoes = trips.map(({ thereMs, backMs }, at) => {
            const askedMs = 1000 * at;
            return { askedMs, theirMs: askedMs + thereMs + trueMs, answeredMs: askedMs + thereMs + backMs };
          });
          const { offsetMs, errorMs } = echoClockOffset(echoes);
          expect(Math.abs(offsetMs - trueMs)).toBeLessThanOrEqual(errorMs + 1e-6);
          expect(errorMs).toBeLessThanOrEqual(
            Math.min(...trips.map(({ thereMs, backMs }) => (thereMs + backMs) / 2)) + 1e-9,
          );
        },
      ),
    );
  });

  test('a clock of this machine knows its zero', () => {
    const clock = { nowMs: () => performance.now() };
    const shifted = { nowMs: () => performance.now() - 250 };
    const [own, their] = [readShardClock(clock), readShardClock(shifted)];
    const offset = sharedClockOffset({ ...own, machine: 'x' }, { ...their, machine: 'x' });
    expect(offset?.offsetMs).toBeCloseTo(-250, 1);
  });
});
