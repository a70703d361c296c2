import type { MetricChange, RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import { describe, expect, it } from 'vitest';
import { okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from '../analysis/analyze-run.ts';
import { combineRuns } from '../repeats/combine-runs.ts';
import { findSteadyState } from '../repeats/steady-state.ts';
import { differencesOf } from './comparability.ts';
import { compareRuns } from './compare-runs.ts';
import { type RunFigures, readFigures } from './run-figures.ts';

const COUNT = 800;
const document = (config: Partial<RunDocument['config']> = {}): RunDocument =>
  runDocument(config, { window: { startMs: 0, endMs: COUNT * 10 }, status: 'finished' });

/** Requests every 10 ms whose first token takes `scale` times 80 to 120 ms. */
function records(scale: number, seed: number): RequestRecord[] {
  const random = createRandom(seed).stream('latency');
  return Array.from({ length: COUNT }, (_, index) => {
    const dueMs = index * 10;
    const firstTokenMs = dueMs + scale * (80 + 40 * random.uniformAt(index));
    return okRecordAt(index, dueMs, { firstTokenMs, lastTokenMs: firstTokenMs + 100, endMs: firstTokenMs + 100 });
  });
}

async function figures(scale: number, seed: number): Promise<RunFigures> {
  const run = { ...document(), seed };
  const all = records(scale, seed);
  return await readFigures(run, await analyzeRun({ run, records: all }), all);
}

const OPTIONS = { margin: 0.05, alpha: 0.05 };
const find = (changes: readonly MetricChange[], id: string, statistic: string): MetricChange =>
  changes.find((each) => each.id === id && each.statistic === statistic)!;

describe('single runs', () => {
  it('says slower with an interval that holds the true change, and faster the other way round', async () => {
    const [a, b] = [await figures(1, 1), await figures(1.3, 2)];
    const slower = find(compareRuns([a], [b], OPTIONS), 'ttft_ms', 'p50');
    expect(slower.verdict).toBe('slower');
    expect(slower.low!).toBeLessThanOrEqual(0.3);
    expect(slower.high!).toBeGreaterThanOrEqual(0.3);
    expect(find(compareRuns([b], [a], OPTIONS), 'ttft_ms', 'p50').verdict).toBe('faster');
  });

  it('shows that equal services are equivalent, and does not claim it by a margin too narrow', async () => {
    const [a, b] = [await figures(1, 1), await figures(1, 2)];
    expect(find(compareRuns([a], [b], OPTIONS), 'ttft_ms', 'p50').verdict).toBe('equivalent');
    expect(find(compareRuns([a], [b], { ...OPTIONS, margin: 0.001 }), 'ttft_ms', 'p50').verdict).toBe('undecided');
  });

  it('calls nothing faster or slower where nothing differs, but for the error that is stated', async () => {
    let wrong = 0;
    for (let pair = 0; pair < 30; pair++) {
      const changes = compareRuns([await figures(1, 100 + pair)], [await figures(1, 200 + pair)], OPTIONS);
      if (changes.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) wrong++;
    }
    // 5 % of 30 are 1.5; more than 6 has a chance below 1 in 500.
    expect(wrong).toBeLessThanOrEqual(6);
  });
});

/** Requests whose gaps are `scale` times 8 to 12 ms, half of them good under {@link SLO}. */
async function streamed(scale: number, seed: number, slo: readonly string[] = SLO): Promise<RunFigures> {
  const random = createRandom(seed).stream('gaps');
  const run = document({ slo });
  const all = records(1, seed).map((record, index) => {
    const arrivals = [0, 1];
    let spanUs = 0;
    for (let read = 1; read < 6; read++) {
      const tokens = read === 3 ? 2 : 1;
      const gapUs = Math.round(scale * tokens * (8000 + 4000 * random.uniformAt(index * 6 + read)));
      arrivals.push(gapUs, tokens);
      spanUs += gapUs;
    }
    const lastTokenMs = record.firstTokenMs! + spanUs / 1000;
    return { ...record, arrivals, outputTokens: 7, lastTokenMs, endMs: lastTokenMs };
  });
  return await readFigures(run, await analyzeRun({ run, records: all }), all);
}
const SLO = ['tpot_ms.p99<10'];

describe('gaps between tokens and goodput', () => {
  it('tells slower gaps with an interval that holds the true change, and equal ones as equivalent', async () => {
    const [a, b, c] = [await streamed(1, 1), await streamed(1.2, 2), await streamed(1, 3)];
    const slower = compareRuns([a], [b], OPTIONS);
    for (const statistic of ['p50', 'p99']) {
      const change = find(slower, 'itl_ms', statistic);
      expect(change).toMatchObject({ verdict: 'slower', method: 'blocks' });
      expect(change.low!).toBeLessThanOrEqual(0.2);
      expect(change.high!).toBeGreaterThanOrEqual(0.2);
      expect(find(compareRuns([a], [c], OPTIONS), 'itl_ms', statistic).verdict).toBe('equivalent');
    }
    const good = find(slower, 'goodput_requests_per_second', 'rate');
    expect(good).toMatchObject({ verdict: 'slower', method: 'parts' });
    expect(good.change!).toBeLessThan(-0.5);
  });

  it('takes no goodput at all as a figure, and nothing on both sides as none', async () => {
    const [some, none] = [await streamed(1, 1), await streamed(3, 2)];
    const goodput = (a: RunFigures, b: RunFigures) =>
      find(compareRuns([a], [b], OPTIONS), 'goodput_requests_per_second', 'rate');
    expect(goodput(some, none)).toMatchObject({ verdict: 'slower', second: 0, change: -1 });
    expect(goodput(none, some)).toMatchObject({ verdict: 'faster', first: 0, change: null });
    expect(goodput(none, none)).toMatchObject({ verdict: 'undecided', reason: 'NO_FIGURE' });
    expect(goodput(some, await streamed(1, 2, ['tpot_ms.p99<9']))).toMatchObject({ reason: 'OBJECTIVES_DIFFER' });
    expect(goodput(some, await streamed(1, 2, []))).toMatchObject({ reason: 'NO_FIGURE', second: null });
  });

  it('calls no gap faster or slower where nothing differs, but for the error that is stated', async () => {
    let wrong = 0;
    for (let pair = 0; pair < 10; pair++) {
      const changes = compareRuns([await streamed(1, 100 + pair)], [await streamed(1, 200 + pair)], OPTIONS);
      const gaps = changes.filter(({ id }) => id === 'itl_ms' || id === 'goodput_requests_per_second');
      if (gaps.some(({ verdict }) => verdict === 'faster' || verdict === 'slower')) wrong++;
    }
    // 5 % of 10 are half a pair; more than 3 has a chance of 1 in 1,000.
    expect(wrong).toBeLessThanOrEqual(3);
  });
});

describe('where latencies start', () => {
  it('compares from the send where it is asked for', async () => {
    const run = document();
    const late = records(1, 1).map((record) => ({ ...record, sentMs: record.scheduledMs + 40 }));
    const prompt = records(1, 2).map((record) => ({ ...record, sentMs: record.scheduledMs }));
    const figuresFrom = async (all: readonly RequestRecord[], from: 'scheduled' | 'sent'): Promise<RunFigures> =>
      await readFigures(run, await analyzeRun({ run, records: all }), all, from);
    const verdict = async (from: 'scheduled' | 'sent') =>
      find(
        compareRuns([await figuresFrom(late, from)], [await figuresFrom(prompt, from)], { ...OPTIONS, from }),
        'ttft_ms',
        'p50',
      );
    expect(await verdict('scheduled')).toMatchObject({ verdict: 'equivalent' });
    const sent = await verdict('sent');
    expect(sent.verdict).toBe('slower');
    expect(sent.first!).toBeLessThan(65);
  });
});

describe('repeated runs', () => {
  it('decides by what differs from run to run', async () => {
    const first = await Promise.all([1, 1.02, 0.98, 1.01, 0.99].map((scale, seed) => figures(scale, seed)));
    const slow = await Promise.all([1.2, 1.22, 1.19, 1.21, 1.2].map((scale, seed) => figures(scale, seed + 9)));
    const spread = await Promise.all([0.5, 1.6, 1, 1.4, 0.7].map((scale, seed) => figures(scale, seed + 9)));
    expect(find(compareRuns(first, slow, OPTIONS), 'ttft_ms', 'p50')).toMatchObject({
      verdict: 'slower',
      method: 'runs',
    });
    expect(find(compareRuns(first, spread, OPTIONS), 'ttft_ms', 'p50').verdict).toBe('undecided');
  });

  it('keeps the variance between runs apart from the one within', async () => {
    const results = (scales: readonly number[]): Promise<ResultsDocument[]> =>
      Promise.all(scales.map(async (scale, seed) => (await figures(scale, seed)).results));
    const p50 = (all: readonly ResultsDocument[]) =>
      combineRuns(all).find(
        ({ id, statistic, from }) => id === 'ttft_ms' && statistic === 'p50' && from === 'scheduled',
      )!;
    const alike = p50(await results([1, 1, 1, 1, 1]));
    const apart = p50(await results([1, 1.5, 0.7, 1.2, 0.9]));
    expect(apart.excessStddev!).toBeGreaterThan(20);
    expect(alike.excessStddev!).toBeLessThan(alike.withinStandardError!);
    expect(alike.low!).toBeLessThan(100);
    expect(alike.high!).toBeGreaterThan(100);
    expect(p50(await results([1])).low).toBeNull();
  });
});

describe('what is comparable', () => {
  it('lists other loads, prompts and models, and not another target', () => {
    expect(differencesOf(document({ target: 'http://a' }), document({ target: 'http://b', seed: 3 }))).toEqual([]);
    const other = document({ model: 'other', load: { kind: 'constant', ratePerSecond: 3 } });
    expect(differencesOf(document(), other).map(({ field }) => field)).toEqual(['load', 'model']);
    expect(differencesOf(document(), { ...document(), status: 'aborted' }).map(({ field }) => field)).toEqual([
      'status',
    ]);
  });

  it('refuses runs whose connections were used in different ways, and not other addresses', () => {
    const fieldsOf = (first: Partial<RunDocument['config']>, second: Partial<RunDocument['config']>): string[] =>
      differencesOf(document(first), document(second)).map(({ field }) => field);
    expect(fieldsOf({}, { connections: { mode: 'keep-alive' } })).toEqual([]);
    expect(fieldsOf({}, { connections: { mode: 'per-request', preconnect: 0 } })).toEqual(['connections']);
    expect(fieldsOf({ connections: { mode: 'keep-alive', connectRatePerSecond: 5 } }, {})).toEqual(['connections']);
    const from = (localAddresses: string[]): Partial<RunDocument['config']> => ({
      connections: { mode: 'keep-alive', localAddresses },
    });
    expect(fieldsOf(from(['10.0.0.1']), from(['10.0.0.2']))).toEqual([]);
    expect(fieldsOf(from(['10.0.0.1']), from(['10.0.0.1', '10.0.0.2']))).toEqual(['connections']);
    expect(fieldsOf({ targets: ['http://a', 'http://b'] }, { targets: ['http://c', 'http://d'] })).toEqual([]);
    expect(fieldsOf({ targets: ['http://a', 'http://b'] }, { target: 'http://a' })).toEqual(['connections']);
  });
});

describe('steady state of a run', () => {
  it('finds a cold start, and cuts nothing', async () => {
    const cold = records(1, 3).map((record, index) =>
      index < 100 ? { ...record, firstTokenMs: record.firstTokenMs! + (100 - index) * 10 } : record,
    );
    const found = await findSteadyState(cold.toReversed());
    expect(found).toMatchObject({ state: 'steady', metric: 'ttft_ms' });
    expect(found.warmupRequests!).toBeGreaterThanOrEqual(80);
    expect(found.warmupRequests!).toBeLessThanOrEqual(110);
    expect(found.steadyMeanMs!).toBeLessThan(found.meanMs! - 40);
    expect(await findSteadyState(records(1, 3).slice(0, 20))).toMatchObject({ state: 'too-short', warmupMs: null });
  });
});
