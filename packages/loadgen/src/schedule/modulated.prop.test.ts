import { createRandom } from '@assay/timebase';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGapOffsets } from './gap-offsets.ts';
import { mmppMeanRate } from './mmpp.ts';
import { createSchedule, type LoadShape, type OpenSchedule } from './schedule.ts';

function open(load: LoadShape, seed: number, bounds: { requests?: number; durationMs?: number }): OpenSchedule {
  const schedule = createSchedule(load, seed, { requests: bounds.requests, durationMs: bounds.durationMs });
  if (schedule.kind !== 'open') throw new Error('not an open loop');
  return schedule;
}

/** Mean and variance of a number over seeds. */
function momentsOver(
  seeds: number,
  of: (seed: number) => number,
): { readonly mean: number; readonly variance: number } {
  const values = Array.from({ length: seeds }, (_, seed) => of(seed));
  const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1) };
}

type Mmpp = Extract<LoadShape, { kind: 'mmpp' }>;

const HIGH = { ratePerSecond: 40, meanMs: 500 };
const SILENT = { ratePerSecond: 0, meanMs: 1500 };
const ON_OFF: Mmpp = { kind: 'mmpp', states: [HIGH, SILENT] };
const TWO_RATES: Mmpp = {
  kind: 'mmpp',
  states: [
    { ratePerSecond: 30, meanMs: 1000 },
    { ratePerSecond: 5, meanMs: 3000 },
  ],
};

describe('mmpp', () => {
  /**
   * Mean and index of dispersion of the arrivals of a stationary two-state MMPP over `seconds` (Fischer and Meier-Hellstern, "The
   * Markov-modulated Poisson process (MMPP) cookbook", Performance Evaluation 18, 1993).
   */
  function closedForm({ states }: Mmpp, seconds: number): { readonly rate: number; readonly dispersion: number } {
    const [one = HIGH, two = SILENT] = states;
    const [leaveOne, leaveTwo] = [1000 / one.meanMs, 1000 / two.meanMs];
    const [a, b] = [one.ratePerSecond, two.ratePerSecond];
    const both = leaveOne + leaveTwo;
    const rate = (a * leaveTwo + b * leaveOne) / both;
    const limit = (2 * (a - b) ** 2 * leaveOne * leaveTwo) / (both ** 2 * (a * leaveTwo + b * leaveOne));
    const dispersion = 1 + limit * (1 - (1 - Math.exp(-both * seconds)) / (both * seconds));
    return { rate, dispersion };
  }

  test.each([
    ['on-off', ON_OFF, 10],
    ['on-off, a short window', ON_OFF, 1],
    ['two rates', TWO_RATES, 10],
  ])('%s: mean and index of dispersion are those of the closed form', (_, load, seconds) => {
    const seeds = 800;
    const { rate, dispersion } = closedForm(load, seconds);
    const { mean, variance } = momentsOver(seeds, (seed) => open(load, seed, { durationMs: seconds * 1000 }).count);
    const standardError = Math.sqrt((dispersion * rate * seconds) / seeds);
    expect(Math.abs(mean - rate * seconds)).toBeLessThan(4 * standardError);
    // Relative standard error of a variance of nearly normal counts: √(2 / seeds) = 5 %.
    expect(variance / mean / dispersion).toBeGreaterThan(0.78);
    expect(variance / mean / dispersion).toBeLessThan(1.22);
    expect(mmppMeanRate(load)).toBeCloseTo(rate, 9);
  });

  test('a chain of three states with given probabilities has the mean of its balance equations', () => {
    const load: Mmpp = {
      kind: 'mmpp',
      states: [
        { ratePerSecond: 60, meanMs: 200 },
        { ratePerSecond: 10, meanMs: 1000 },
        { ratePerSecond: 0, meanMs: 400 },
      ],
      transitions: [
        [0, 1, 0],
        [0.25, 0, 0.75],
        [0, 1, 0],
      ],
    };
    // Visits 1 : 4 : 3, so times 200 : 4000 : 1200.
    const rate = (60 * 200 + 10 * 4000) / 5400;
    expect(mmppMeanRate(load)).toBeCloseTo(rate, 9);
    const { mean, variance } = momentsOver(300, (seed) => open(load, seed, { durationMs: 20_000 }).count);
    expect(Math.abs(mean - rate * 20)).toBeLessThan(4 * Math.sqrt(variance / 300));
  });

  test('the first state of all stays as likely as any other moment: no ramp at the start', () => {
    const early = momentsOver(2000, (seed) => open(ON_OFF, seed, { durationMs: 100 }).count);
    expect(Math.abs(early.mean - 1)).toBeLessThan(4 * Math.sqrt(early.variance / 2000));
  });
});

describe('diurnal', () => {
  const sine = { kind: 'diurnal', curve: 'sine', ratesPerSecond: [5, 45], periodMs: 20_000 } as const;
  const steps = { kind: 'diurnal', curve: 'steps', ratesPerSecond: [5, 40, 0, 20], periodMs: 8000 } as const;

  test.each([
    ['a whole period', sine, 20_000, 500],
    // Mean 25/s for 5 s less 20/s · T/2π · sin(π/2).
    ['a quarter of it', sine, 5000, 125 - (20 * 20) / (2 * Math.PI)],
    ['steps, a whole period', steps, 8000, 130],
    ['steps, one and a half', steps, 12_000, 220],
  ])('%s: Poisson with the integral of the rate', (_, load, durationMs, expected) => {
    const { mean, variance } = momentsOver(400, (seed) => open(load, seed, { durationMs }).count);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(expected / 400));
    // The index of dispersion of a Poisson count is 1; its standard error here √(2 / 400) = 7 %.
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.3);
  });

  test('nothing comes where the rate is 0', () => {
    const schedule = open(steps, 3, { durationMs: 80_000 });
    const inPeriod = Array.from({ length: schedule.count }, (_, i) => schedule.offsetMsAt(i) % 8000);
    expect(inPeriod.filter((ms) => ms > 4000 + 1e-6 && ms < 6000 - 1e-6)).toEqual([]);
    expect(inPeriod.filter((ms) => ms > 2000 && ms < 4000).length).toBeGreaterThan(600);
  });

  test('the integral of the rate between arrivals is the gap of the Poisson process behind them', () => {
    const stream = createRandom(9).stream('arrivals');
    const unit = createGapOffsets((index) => stream.exponentialAt(index));
    const schedule = open(sine, 9, { requests: 3000 });
    const perMs = (2 * Math.PI) / 20_000;
    for (let i = 0; i < 3000; i += 7) {
      const ms = schedule.offsetMsAt(i);
      expect(0.025 * ms - (0.02 / perMs) * Math.sin(perMs * ms)).toBeCloseTo(unit(i), 8);
    }
  });
});

const rate = fc.double({ min: 0.5, max: 500, noNaN: true });
const stay = fc.integer({ min: 20, max: 5000 });
const shapes: fc.Arbitrary<LoadShape> = fc.oneof(
  fc
    .array(fc.record({ ratePerSecond: fc.oneof(rate, fc.constant(0)), meanMs: stay }), { minLength: 1, maxLength: 4 })
    .map((states): LoadShape => ({ kind: 'mmpp', states: [{ ratePerSecond: 50, meanMs: 300 }, ...states] })),
  fc
    .tuple(fc.array(fc.oneof(rate, fc.constant(0)), { maxLength: 5 }), fc.integer({ min: 50, max: 20_000 }))
    .map(
      ([rates, periodMs]): LoadShape => ({ kind: 'diurnal', curve: 'steps', ratesPerSecond: [20, ...rates], periodMs }),
    ),
  fc
    .tuple(fc.oneof(rate, fc.constant(0)), rate, fc.integer({ min: 50, max: 20_000 }))
    .map(
      ([low, high, periodMs]): LoadShape => ({ kind: 'diurnal', curve: 'sine', ratesPerSecond: [low, high], periodMs }),
    ),
);

test('offsets never decrease, and any order of asking and any split among workers gives the same bits', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 1 << 30 }), fc.constantFrom(2, 3, 8), (load, seed, workers) => {
      const whole = open(load, seed, { requests: 2500 });
      const split: number[] = [];
      for (let worker = 0; worker < workers; worker++) {
        const own = open(load, seed, { requests: 2500 });
        const indices = Array.from({ length: 2500 }, (_, i) => i).filter((i) => i % workers === worker);
        for (const index of worker % 2 === 0 ? indices : indices.toReversed()) split[index] = own.offsetMsAt(index);
      }
      let previous = 0;
      for (let index = 0; index < 2500; index++) {
        const offset = whole.offsetMsAt(index);
        expect(offset).toBe(split[index]);
        expect(offset).toBeGreaterThanOrEqual(previous);
        previous = offset;
      }
    }),
    { numRuns: 25 },
  );
});

test.each([
  ['one state', { kind: 'mmpp', states: [{ ratePerSecond: 1, meanMs: 1 }] }],
  [
    'no rate',
    {
      kind: 'mmpp',
      states: [
        { ratePerSecond: 0, meanMs: 1 },
        { ratePerSecond: 0, meanMs: 1 },
      ],
    },
  ],
  [
    'no stay',
    {
      kind: 'mmpp',
      states: [
        { ratePerSecond: 1, meanMs: 0 },
        { ratePerSecond: 2, meanMs: 1 },
      ],
    },
  ],
  [
    'a row that does not add up',
    {
      ...TWO_RATES,
      transitions: [
        [0, 0.5],
        [1, 0],
      ],
    },
  ],
  ['a row too few', { ...TWO_RATES, transitions: [[0, 1]] }],
  [
    'a state that is never left',
    {
      kind: 'mmpp',
      states: [...TWO_RATES.states, SILENT],
      transitions: [
        [0, 1, 0],
        [1, 0, 0],
        [0, 1, 0],
      ],
    },
  ],
  ['a sine of three rates', { kind: 'diurnal', curve: 'sine', ratesPerSecond: [1, 2, 3], periodMs: 1000 }],
  ['no rate all day', { kind: 'diurnal', curve: 'steps', ratesPerSecond: [0], periodMs: 1000 }],
  ['no day', { kind: 'diurnal', curve: 'steps', ratesPerSecond: [1], periodMs: 0 }],
] as const)('%s is SCHEDULE_INVALID', (_, load) => {
  expect(() => open(load as LoadShape, 0, { requests: 1 })).toThrowError(
    expect.objectContaining({ code: 'SCHEDULE_INVALID' }),
  );
});
