import type { MetricChange, RequestRecord } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import { describe, expect, it } from 'vitest';
import { failedRecord, okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from '../analysis/analyze-run.ts';
import { compareRuns } from './compare-runs.ts';
import { type RunFigures, readFigures } from './run-figures.ts';

const COUNT = 600;
const OPTIONS = { margin: 0.05, alpha: 0.05 };

interface Scenario {
  /** Seed of what requests have in common: their lengths. */
  readonly plan?: number;
  /** Seed of what differs from run to run. */
  readonly noise: number;
  readonly scale?: number;
  readonly failed?: number;
}

/** Latencies that are mostly the length of the prompt, which is the same in every run of a plan, and a little chance. */
async function figures({ plan = 1, noise, scale = 1, failed = 0 }: Scenario): Promise<RunFigures> {
  const lengths = createRandom(plan).stream('lengths');
  const chance = createRandom(noise).stream('chance');
  const run = { ...runDocument({}, { window: { startMs: 0, endMs: COUNT * 10 } }), seed: plan };
  const records: RequestRecord[] = Array.from({ length: COUNT }, (_, index) => {
    const dueMs = index * 10;
    if (index < failed) return failedRecord('timeout', 'TIMEOUT_TOTAL', { index, scheduledMs: dueMs });
    const ms = scale * 100 * Math.exp(0.8 * lengths.normalAt(index)) * (1 + 0.05 * chance.normalAt(index));
    const doneMs = dueMs + ms + 100;
    return okRecordAt(index, dueMs, { firstTokenMs: dueMs + ms, lastTokenMs: doneMs, endMs: doneMs });
  });
  // Records come in the order of their ends.
  records.sort((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0));
  return await readFigures(run, await analyzeRun({ run, records }), records);
}

const ttft = (a: RunFigures, b: RunFigures): MetricChange =>
  compareRuns([a], [b], OPTIONS).find(({ id, statistic }) => id === 'ttft_ms' && statistic === 'p50')!;

describe('runs of one seed and load', () => {
  it('are compared request by request: what lengths make hides no difference of 4 %', async () => {
    const [a, b] = [await figures({ noise: 1 }), await figures({ noise: 2, scale: 1.04 })];
    const paired = ttft(a, b);
    expect(paired).toMatchObject({ method: 'pairs', verdict: 'slower' });
    expect(paired.low!).toBeGreaterThan(0);
    const apart = ttft({ ...a, plan: 'of another seed' }, b);
    expect(apart).toMatchObject({ method: 'blocks', verdict: 'undecided' });
    expect(apart.high! - apart.low!).toBeGreaterThan(3 * (paired.high! - paired.low!));
  });

  it('have intervals that hold the true change as often as they say', async () => {
    let held = 0;
    for (let pair = 0; pair < 24; pair++) {
      const scenario = { plan: 10 + pair, noise: 100 + pair };
      const { low, high } = ttft(
        await figures(scenario),
        await figures({ ...scenario, noise: 200 + pair, scale: 1.04 }),
      );
      if (low! <= 0.04 && high! >= 0.04) held++;
    }
    // 95 % of 24 are 23; fewer than 20 have a chance below 1 in 100.
    expect(held).toBeGreaterThanOrEqual(20);
  });

  it('are not paired under other seeds, nor where many requests have no partner', async () => {
    const a = await figures({ noise: 1 });
    expect(ttft(a, await figures({ plan: 2, noise: 2 })).method).toBe('blocks');
    expect(ttft(a, await figures({ noise: 2, failed: 20 })).method).toBe('pairs');
    expect(ttft(a, await figures({ noise: 2, failed: 60 })).method).toBe('blocks');
  });
});
