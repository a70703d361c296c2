import type { RequestRecord } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedule } from '../schedule/schedule.ts';
import { toCapacityObjective } from './capacity-objective.ts';
import { findCapacity } from './find-capacity.ts';
import type { ProbePlan, ProbeResult } from './probe.ts';
import { ProbeJudge } from './probe-judge.ts';

const blank = { phase: 'measure', outcome: 'ok', arrivals: [], firstTokenMs: null, lastTokenMs: null, endMs: null };
const record = (fields: Partial<RequestRecord>): RequestRecord => ({ ...blank, ...fields }) as RequestRecord;

/** A service that is described by its knee alone: what a probe of it says, with an undecided zone around the knee. */
function ideal(kneePerSecond: number, zone: number) {
  return async ({ ratePerSecond }: ProbePlan): Promise<ProbeResult> => {
    const ratio = ratePerSecond / kneePerSecond;
    return {
      offeredPerSecond: ratePerSecond,
      pressure: { log: 8 * Math.log(ratio), standardError: 0.1 },
      verdict: Math.abs(Math.log(ratio)) < zone ? 'undecided' : ratio < 1 ? 'pass' : 'fail',
      leansTo: ratio < 1 ? 'pass' : 'fail',
      isOverSaturated: ratio > 1.2,
      throughputPerSecond: Math.min(ratePerSecond, kneePerSecond),
      isClientLimited: false,
      isDisturbed: false,
    };
  };
}

/** What a probe says whose client could not send what was due. */
const disturbed = { verdict: 'undecided', leansTo: 'fail', isClientLimited: true, isDisturbed: true } as const;

describe('the search', () => {
  const knees = fc.double({ min: 0.2, max: 2000, noNaN: true });

  it('is within the tolerance of any knee after at most ten probes', async () => {
    await fc.assert(
      fc.asyncProperty(knees, fc.constantFrom(0, 0.01, 0.03), async (knee, zone) => {
        const options = { startPerSecond: 8, tolerance: 0.05, mostProbes: 10 };
        const { estimate, probes } = await findCapacity(options, ideal(knee, zone));
        expect(probes.length).toBeLessThanOrEqual(10);
        expect(Math.abs(estimate.ratePerSecond! / knee - 1)).toBeLessThanOrEqual(0.05);
        expect(estimate.low!).toBeLessThanOrEqual(knee);
        expect(estimate.high!).toBeGreaterThanOrEqual(knee);
      }),
    );
  });

  it('says so when nothing passes, and when the client is the limit', async () => {
    const options = { startPerSecond: 8, tolerance: 0.05, mostProbes: 4 };
    const broken = ideal(1e-6, 0);
    const below = await findCapacity(options, async (plan) => ({
      ...(await broken(plan)),
      throughputPerSecond: undefined,
    }));
    expect(below.estimate).toMatchObject({ end: 'below', ratePerSecond: null, low: null });
    const service = ideal(1e9, 0);
    const above = await findCapacity(options, async (plan) => ({
      ...(await service(plan)),
      ...(plan.index >= 2 ? disturbed : {}),
    }));
    expect(above.estimate).toMatchObject({ end: 'above', ratePerSecond: null, low: 32, high: null });
    expect(above.probes.map(({ ratePerSecond }) => ratePerSecond)).toEqual([8, 32, 128, 128]);
  });

  it('never says above where a rate failed, and makes a disturbed probe again', async () => {
    await fc.assert(
      fc.asyncProperty(knees, fc.uniqueArray(fc.nat(9), { maxLength: 9 }), async (knee, when) => {
        const options = { startPerSecond: 8, tolerance: 0.05, mostProbes: 10 };
        const service = ideal(knee, 0);
        const { estimate, probes } = await findCapacity(options, async (plan) => ({
          ...(await service(plan)),
          ...(when.includes(plan.index) ? disturbed : {}),
        }));
        const hasFailed = probes.some(({ verdict }) => verdict === 'fail');
        if (estimate.end === 'above') expect([estimate.low === null, hasFailed]).toEqual([false, false]);
        if (estimate.end === 'below') expect(hasFailed).toBe(true);
        if (estimate.low !== null) expect(estimate.low).toBeLessThanOrEqual(knee);
        if (estimate.high !== null) expect(estimate.high).toBeGreaterThanOrEqual(knee);
        const first = probes.findIndex(({ isDisturbed }) => isDisturbed);
        if (first >= 0 && first < probes.length - 1) {
          expect(probes[first + 1]!.ratePerSecond).toBe(probes[first]!.ratePerSecond);
        }
      }),
    );
  });

  it('finds the knee when single probes are disturbed', async () => {
    const options = { startPerSecond: 200, tolerance: 0.05, mostProbes: 10 };
    const service = ideal(50, 0);
    const { estimate } = await findCapacity(options, async (plan) => ({
      ...(await service(plan)),
      ...([1, 3].includes(plan.index) ? disturbed : {}),
    }));
    expect(estimate.end).toBe('found');
    expect(Math.abs(estimate.ratePerSecond! / 50 - 1)).toBeLessThanOrEqual(0.05);
  });

  it('refuses options that make no sense', async () => {
    const service = ideal(10, 0);
    for (const wrong of [{ startPerSecond: 0 }, { tolerance: 1 }, { mostProbes: 1 }]) {
      const options = { startPerSecond: 8, tolerance: 0.05, mostProbes: 10, ...wrong };
      await expect(findCapacity(options, service)).rejects.toMatchObject({ code: 'CAPACITY_OPTION_INVALID' });
    }
  });
});

/** First come first served over `servers`, each request exponential or fixed: what a judge sees of it at one rate. */
function probeQueue(ratePerSecond: number, servers: number, serviceMs: number, seed: number, isNoisy: boolean) {
  const longestMs = 60_000;
  const judge = new ProbeJudge({
    objectives: ['ttft_ms.p90<300'],
    ratePerSecond,
    tolerance: 0.05,
    alpha: 0.005,
    longestMs,
    leastRequests: 0,
    isBracketing: false,
  });
  const schedule = createSchedule({ kind: 'constant', ratePerSecond }, seed, {
    requests: undefined,
    durationMs: longestMs,
  });
  if (schedule.kind !== 'open') throw new Error('open');
  const random = createRandom(seed).stream('service');
  const freeMs = new Array<number>(servers).fill(0);
  const records = Array.from({ length: schedule.count }, (_, index) => {
    const scheduledMs = schedule.offsetMsAt(index);
    const server = freeMs.indexOf(Math.min(...freeMs));
    const startMs = Math.max(scheduledMs, freeMs[server] ?? 0);
    const noise = isNoisy ? 0.9 + 0.2 * random.uniformAt(index) : 1;
    freeMs[server] = startMs + serviceMs * noise;
    return record({ scheduledMs, firstTokenMs: startMs + 10, lastTokenMs: freeMs[server]!, endMs: freeMs[server]! });
  }).sort((a, b) => a.endMs! - b.endMs!);
  let ended = 0;
  let stop: string | undefined;
  for (let atMs = 0; atMs <= longestMs && stop === undefined; atMs += 250) {
    while (ended < records.length && records[ended]!.endMs! <= atMs) judge.add(records[ended++]!);
    const started = Math.min(schedule.count, Math.floor((atMs * ratePerSecond) / 1000) + 1);
    stop = judge.observe(atMs, started - ended);
  }
  return { judge, stop };
}

describe('the judge of a probe', () => {
  const services = fc.record({
    servers: fc.integer({ min: 1, max: 16 }),
    serviceMs: fc.double({ min: 40, max: 400, noNaN: true }),
    seed: fc.nat(1000),
    isNoisy: fc.boolean(),
  });

  it('never passes a rate beyond the knee, nor fails one below it', () => {
    const verdicts = { pass: 0, fail: 0, undecided: 0 };
    fc.assert(
      fc.property(services, fc.constantFrom(0.6, 0.85, 1.1, 1.5, 3), ({ servers, serviceMs, seed, isNoisy }, load) => {
        const rate = ((1000 * servers) / serviceMs) * load;
        const { judge } = probeQueue(rate, servers, serviceMs, seed, isNoisy);
        const verdict = judge.conclude();
        verdicts[verdict]++;
        expect(verdict).not.toBe(load < 1 ? 'fail' : 'pass');
      }),
      { numRuns: 60 },
    );
    // A judge that never decides would pass the above.
    expect(verdicts.undecided).toBeLessThan(30);
  });

  it('ends a hopeless probe early, and knows what the service delivers', () => {
    const { judge, stop } = probeQueue(40, 4, 200, 1, false);
    expect(stop).toMatch(/over-saturated|fail/);
    expect(judge.conclude()).toBe('fail');
    expect(Math.abs(judge.throughputPerSecond! / 20 - 1)).toBeLessThan(0.05);
    expect(judge.requests).toBeLessThan(300);
  });

  it('decides a clear miss by few requests: a service that refuses all of them', () => {
    const judge = new ProbeJudge({
      objectives: ['ttft_ms.p99<300'],
      ratePerSecond: 7,
      tolerance: 0.05,
      alpha: 0.005,
      longestMs: 3000,
      leastRequests: 14_400,
      isBracketing: false,
    });
    for (let at = 0; at < 14; at++) {
      const scheduledMs = at * 140;
      judge.add(record({ scheduledMs, endMs: scheduledMs + 1, outcome: 'http' }));
    }
    expect(judge.observe(2000, 0)).toBe('fail');
    expect(judge.conclude()).toBe('fail');
  });

  it('counts requests without an answer as misses, and those cut off by its end not at all', () => {
    const { judge } = probeQueue(10, 4, 50, 1, false);
    const before = judge.requests;
    judge.add(record({ scheduledMs: 0, outcome: 'aborted' }));
    expect(judge.requests).toBe(before);
    judge.add(record({ scheduledMs: 0, outcome: 'timeout' }));
    expect(judge.estimates()[0]?.value).toBeCloseTo(1 / (before + 1), 10);
  });
});

describe('objectives of a search', () => {
  it('tests tokens for itl_ms and means for mean', () => {
    const itl = toCapacityObjective('itl_ms.p99<50');
    expect(itl.bound).toBe(0.01);
    // 3 tokens after 30 ms each, 2 after 80 ms each.
    expect(itl.shareOf(record({ arrivals: [0, 1, 90_000, 3, 160_000, 2] }))).toEqual({ amount: 2, weight: 5 });
    const mean = toCapacityObjective('e2e_latency_ms.mean<1s');
    expect(mean).toMatchObject({ kind: 'mean', bound: 1000 });
    expect(mean.shareOf(record({ scheduledMs: 5, lastTokenMs: 25 }))).toEqual({ amount: 20, weight: 1 });
  });

  it.each(['ttft_ms.p99>500', 'requests_per_second>3', 'ttft_ms.max<9', 'nonsense', 'concurrency.mean<3'])(
    'refuses %s',
    (text) => {
      expect(() => toCapacityObjective(text)).toThrow(expect.objectContaining({ code: 'CAPACITY_OBJECTIVE_INVALID' }));
    },
  );
});
