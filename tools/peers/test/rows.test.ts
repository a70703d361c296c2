import { describe, expect, it } from 'vitest';
import type { ReadyClient } from '../client.ts';
import type { Sample } from '../measure.ts';
import { constant, poisson } from '../rows/arrivals.ts';
import { faults, stall } from '../rows/faults.ts';
import { latency } from '../rows/latency.ts';
import { cpuBetween } from '../run-client.ts';
import { toCell } from '../table.ts';
import type { Seen } from '../truth-log.ts';

const client: ReadyClient = { name: 'c', speed: 'fast', command: () => undefined, read: () => ({}) };

const seenAt = (arrivalMs: number, fault: string | null = null): Seen => ({
  connection: 0,
  ordinal: 1,
  arrivalNs: arrivalMs * 1e6,
  firstTokenNs: (arrivalMs + 50) * 1e6,
  lastTokenNs: (arrivalMs + 2030) * 1e6,
  tokens: 100,
  fault,
});

const sampleOf = (seen: readonly Seen[], reported: Sample['reported'] = {}): Sample => ({
  reported,
  seen,
  gaps: { meanMs: 20, p99Ms: 20.5 },
  run: {
    exitCode: 0,
    isTimedOut: false,
    startedNs: 0,
    cpu: [
      { atNs: 0, seconds: 0 },
      { atNs: 1e10, seconds: 1 },
    ],
    peakMiB: 0,
    output: '',
  },
  serverCpuSeconds: 1,
});

const figuresOf = (row: typeof constant, sample: Sample): unknown[] =>
  row.figures.map(({ of }) => of(sample, row.trial(client)));

describe('rows', () => {
  it('measures arrivals against the grid that fits best', () => {
    const late = Array.from({ length: 2_000 }, (_, index) => seenAt(index * 5 + (index % 50 === 0 ? 7 : 0)));
    const [p50, p99, core] = figuresOf(constant, sampleOf(late));
    expect(p50).toBeCloseTo(0, 6);
    expect(p99).toBeCloseTo(7, 6);
    expect(core).toBeCloseTo(10, 6);
  });

  it('tells exponential gaps from equal ones', () => {
    let atMs = 0;
    const exponential = Array.from({ length: 2_000 }, (_, index) => {
      atMs += -5 * Math.log(1 - (((index * 977) % 1_999) + 0.5) / 1_999);
      return seenAt(atMs);
    });
    expect(figuresOf(poisson, sampleOf(exponential))[0]).toBeLessThan(0.01);
    const equal = Array.from({ length: 2_000 }, (_, index) => seenAt(index * 5));
    expect(figuresOf(poisson, sampleOf(equal))[0]).toBeCloseTo(1 - Math.exp(-1), 2);
  });

  it('has no figure of a load of which a part did not arrive', () => {
    expect(figuresOf(constant, sampleOf([seenAt(0)]))).toEqual([undefined, undefined, undefined]);
    expect(figuresOf(latency(1), sampleOf([seenAt(0)], { ttftMeanMs: 51 }))).toEqual(Array(5).fill(undefined));
  });

  it('takes the truth off what the client says, and makes no figure of what it does not say', () => {
    const seen = Array.from({ length: 10 }, (_, index) => seenAt(index * 2_100));
    const [mean, p99, itlP99, itlMean] = figuresOf(
      latency(1),
      sampleOf(seen, { ttftMeanMs: 51, ttftP99Ms: 52, itlMeanMs: 20.1 }),
    );
    expect(mean).toBeCloseTo(1, 6);
    expect(p99).toBeCloseTo(2, 6);
    expect(itlP99).toBeUndefined();
    expect(itlMean).toBeCloseTo(0.1, 6);
  });

  it('tells from the number of successes which kinds were taken for success', () => {
    const seen = Array.from({ length: 300 }, (_, index) => seenAt(index, index < 127 ? 'cut' : null));
    const word = (succeeded: number | undefined): unknown => figuresOf(faults, sampleOf(seen, { succeeded }))[0];
    expect(word(173)).toBe('0');
    expect(word(173 + 1 + 4 + 64)).toBe('3: empty cut http-500');
    expect(word(undefined)).toBeUndefined();
    expect(word(170)).toContain('3 good ones failed');
  });

  it('says of a client that was killed that it hangs', () => {
    const sample = sampleOf([]);
    const killed = { ...sample, run: { ...sample.run, isTimedOut: true } };
    expect(figuresOf(stall, killed)).toEqual(['hangs']);
    expect(figuresOf(faults, killed)).toEqual(['hangs']);
  });
});

describe('cells', () => {
  it('has a dash where nothing was measured and says what is missing', () => {
    expect(toCell([undefined, undefined])).toBe('–');
    expect(toCell([Number.NaN])).toBe('–');
    expect(toCell([3, 1, undefined], 0)).toBe('1 (1…3, 1 of 3 missing)');
    expect(toCell([3, 1, 2], 1)).toBe('2.0 (1.0…3.0)');
  });
});

describe('CPU time', () => {
  it('lies between the samples around a time', () => {
    const { run } = sampleOf([]);
    expect(cpuBetween(run, 2e9, 4e9)).toBeCloseTo(0.2, 9);
    expect(cpuBetween(run, 9e9, 20e9)).toBeCloseTo(0.1, 9);
  });
});
