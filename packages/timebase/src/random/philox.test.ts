import { describe, expect, it } from 'vitest';
import { philox4x32, type Words } from './philox.ts';
import { createRandom } from './random.ts';

// Random123 1.14, tests/kat_vectors, lines "philox4x32 10".
const VECTORS: readonly { counter: Words; key: readonly [number, number]; words: Words }[] = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe('philox4x32', () => {
  it.each(VECTORS)('gives the published words of key $key', ({ counter, key, words }) => {
    expect(philox4x32(counter, key)).toEqual(words);
  });
});

describe('random streams', () => {
  const COUNT = 20_000;
  const draw = (at: (index: number) => number): number[] => Array.from({ length: COUNT }, (_, index) => at(index));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]): number => {
    const center = mean(values);
    return mean(values.map((value) => (value - center) ** 2));
  };

  it('does not depend on what was drawn before', () => {
    const forwards = createRandom(7).stream('arrivals');
    const backwards = createRandom(7).stream('arrivals');
    const indexes = Array.from({ length: 100 }, (_, i) => i);
    const first = indexes.map((i) => forwards.uniformAt(i));
    const second = indexes
      .toReversed()
      .map((i) => backwards.uniformAt(i))
      .toReversed();
    expect(first).toEqual(second);
  });

  it('keeps its values from release to release, so that a seed stays reproducible', () => {
    const stream = createRandom(42).stream('arrivals');
    expect([0, 1, 2, 2 ** 40].map((index) => stream.uint32At(index))).toEqual([
      871993087, 3738165868, 262622549, 3621320149,
    ]);
    expect([stream.uint32At(0, 1), stream.intAt(7, 1, 1000), stream.uniformAt(7)]).toEqual([
      2090405898, 618, 0.6170237788054577,
    ]);
    // Engines may differ in the last bits of logarithm and cosine.
    expect(stream.normalAt(7)).toBeCloseTo(-0.7491575620410413, 12);
    expect(stream.exponentialAt(7)).toBeCloseTo(0.9597823773828216, 12);
    expect(stream.gammaAt(7, 2)).toBeCloseTo(0.8745250960325128, 12);
  });

  it('tells seeds, streams, lanes and large indexes apart', () => {
    const at = (seed: number | bigint, name: string, index: number, lane = 0): number =>
      createRandom(seed).stream(name).uint32At(index, lane);
    const values = [
      at(0, 'a', 0),
      at(1, 'a', 0),
      at(2n ** 40n, 'a', 0),
      at(0, 'b', 0),
      at(0, 'a', 1),
      at(0, 'a', 0, 1),
      at(0, 'a', 2 ** 40),
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  it('has the moments of its distributions', () => {
    const stream = createRandom(0).stream('moments');
    const uniform = draw((i) => stream.uniformAt(i));
    expect(mean(uniform)).toBeCloseTo(0.5, 1.8);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    const normal = draw((i) => stream.normalAt(i));
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(variance(normal) - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(draw((i) => stream.exponentialAt(i))) - 1)).toBeLessThan(0.03);
    for (const shape of [0.5, 2, 9]) {
      const gamma = draw((i) => stream.gammaAt(i, shape));
      expect(Math.abs(mean(gamma) / shape - 1)).toBeLessThan(0.05);
      expect(Math.abs(variance(gamma) / shape - 1)).toBeLessThan(0.1);
    }
  });

  it('covers integer ranges with both ends', () => {
    const stream = createRandom(3).stream('integers');
    expect(new Set(draw((i) => stream.intAt(i, 2, 5)))).toEqual(new Set([2, 3, 4, 5]));
  });

  it('refuses a seed that is no integer', () => {
    expect(() => createRandom(0.5)).toThrow(RangeError);
  });
});
