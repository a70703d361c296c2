import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const index = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('random stream properties', () => {
  it('gives every worker the same values, whatever it drew before', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.array(index, { minLength: 1, maxLength: 20 }), (key, name, indexes) => {
        const alone = indexes.map((i) => createRandom(key).stream(name).gammaAt(i, 0.7));
        const shared = createRandom(key).stream(name);
        expect(indexes.toReversed().map((i) => shared.gammaAt(i, 0.7))).toEqual(alone.toReversed());
      }),
    );
  });

  it('keeps to its ranges', () => {
    fc.assert(
      fc.property(seed, index, fc.integer({ min: -1000, max: 1000 }), fc.nat(5000), (key, i, min, span) => {
        const stream = createRandom(key).stream('ranges');
        const whole = stream.intAt(i, min, min + span);
        expect(Number.isInteger(whole) && whole >= min && whole <= min + span).toBe(true);
        const uniform = stream.uniformAt(i);
        expect(uniform >= 0 && uniform < 1).toBe(true);
        for (const value of [stream.normalAt(i), stream.exponentialAt(i), stream.gammaAt(i, 0.2)]) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it('has independent lanes, gamma included', () => {
    const stream = createRandom(11).stream('lanes');
    const count = 5000;
    const draws = [0, 1, 2, 3].map((lane) =>
      Array.from({ length: count }, (_, i) => stream.gammaAt(i, 0.5, lane) - 0.5),
    );
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 3],
    ] as const) {
      const covariance = draws[a]!.reduce((sum, value, i) => sum + value * draws[b]![i]!, 0) / count;
      // Standard error of the covariance is 0.5 / √5000 = 0.007.
      expect(Math.abs(covariance)).toBeLessThan(0.035);
    }
  });
});
