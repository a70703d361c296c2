import type { RequestRecord, RunDocument } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import { describe, expect, test } from 'vitest';
import { okRecord, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from './analyze-run.ts';

const SYNTHETIC = {
  kind: 'synthetic',
  inputTokens: { kind: 'fixed', value: 512 },
  outputTokens: { kind: 'fixed', value: 4 },
  sharedPrefixTokens: 0,
  sharedPrefixCount: 1,
} as const;

async function severityOf(code: string, run: RunDocument, records: readonly RequestRecord[]): Promise<string> {
  const { validity } = await analyzeRun({ run, records });
  return validity.findings.find((finding) => finding.code === code)?.severity ?? 'none';
}

/** A request of a given latency; everything between is of no matter here. */
function timed(index: number, dueMs: number, latencyMs: number): RequestRecord {
  const times = { firstTokenMs: dueMs + latencyMs, lastTokenMs: dueMs + latencyMs, endMs: dueMs + latencyMs };
  return okRecord({ index, scheduledMs: dueMs, sentMs: dueMs, headersMs: dueMs, ...times });
}

const records = (count: number, overrides: Partial<RequestRecord>): RequestRecord[] =>
  Array.from({ length: count }, (_, index) => okRecord({ index, ...overrides }));

describe('TOKEN_MISMATCH', () => {
  const run = runDocument({ dataset: SYNTHETIC });
  test.each([
    ['as asked', { outputTokensRequested: 100, outputTokens: 100 }, 'none'],
    ['one token for the end', { outputTokensRequested: 10, outputTokens: 11 }, 'none'],
    ['ended by themselves', { outputTokensRequested: 100, outputTokens: 60 }, 'limits'],
    ['events counted', { outputTokensRequested: 100, outputTokens: 60, outputTokensSource: 'event-count' }, 'none'],
    ['a form asked for', { outputTokensRequested: 100, outputTokens: 60, answer: { structured: 'valid' } }, 'none'],
    ['no length asked for', { outputTokensRequested: null, outputTokens: 60 }, 'none'],
  ] as const)('%s', async (_, overrides, expected) => {
    expect(await severityOf('TOKEN_MISMATCH', run, records(20, overrides))).toBe(expected);
  });

  test('is a note where few are off, and where a file only says how many at most', async () => {
    const short = { outputTokensRequested: 100, outputTokens: 60 };
    const mixed = [...records(15, { outputTokensRequested: 100, outputTokens: 100 }), ...records(5, short)];
    expect(await severityOf('TOKEN_MISMATCH', run, mixed)).toBe('notes');
    const file = runDocument({ dataset: { kind: 'jsonl', file: 'a.jsonl' } });
    expect(await severityOf('TOKEN_MISMATCH', file, records(20, short))).toBe('notes');
  });
});

describe('CACHE_CONTAMINATED', () => {
  const asked = { inputTokensRequested: 512, inputTokens: 530 };
  const azure = { load: { kind: 'trace', file: 'a.CSV', timeScale: 1 }, dataset: { kind: 'trace' } } as const;
  test.each([
    ['nothing cached', SYNTHETIC, { ...asked, cachedTokens: 0 }, 'none'],
    ['not told', SYNTHETIC, { ...asked, cachedTokens: null }, 'none'],
    ['the chat template', SYNTHETIC, { ...asked, cachedTokens: 16 }, 'none'],
    ['prompts of an earlier run', SYNTHETIC, { ...asked, cachedTokens: 512 }, 'limits'],
    ['the shared prefix', { ...SYNTHETIC, sharedPrefixTokens: 256 }, { ...asked, cachedTokens: 272 }, 'none'],
    ['more than it', { ...SYNTHETIC, sharedPrefixTokens: 256 }, { ...asked, cachedTokens: 400 }, 'limits'],
    ['a file', { kind: 'jsonl', file: 'a.jsonl' }, { ...asked, cachedTokens: 512 }, 'none'],
    ['a trace that may share blocks', { kind: 'trace' }, { ...asked, cachedTokens: 512 }, 'none'],
  ] as const)('%s', async (_, dataset, overrides, expected) => {
    expect(await severityOf('CACHE_CONTAMINATED', runDocument({ dataset }), records(20, overrides))).toBe(expected);
  });

  test('a trace in CSV shares nothing; one request of many is below the limit', async () => {
    const cached = { ...asked, cachedTokens: 512 };
    expect(await severityOf('CACHE_CONTAMINATED', runDocument(azure), records(20, cached))).toBe('limits');
    const one = [...records(200, { ...asked, cachedTokens: 0 }), ...records(1, cached)];
    expect(await severityOf('CACHE_CONTAMINATED', runDocument(azure), one)).toBe('none');
  });
});

describe('CONN_LIMIT', () => {
  const health = runDocument().clientHealth;
  const ports = { code: 'PORTS', severity: 'limits', message: 'ran out' } as const;
  test.each([
    ['all opened', { opened: 100, reused: 0, failed: 0 }, [], 'none'],
    ['one of a thousand failed', { opened: 1000, reused: 0, failed: 1 }, [], 'none'],
    ['a tenth failed', { opened: 90, reused: 0, failed: 10 }, [], 'limits'],
    ['ports of the client ran out', { opened: 90, reused: 0, failed: 10 }, [ports], 'none'],
    ['a server that is away', { opened: 0, reused: 0, failed: 10 }, [], 'none'],
  ] as const)('%s', async (_, connections, findings, expected) => {
    if (health === null) throw new Error('the fixture has no health');
    const run = runDocument({}, { connections, clientHealth: { ...health, findings } });
    expect(await severityOf('CONN_LIMIT', run, records(20, {}))).toBe(expected);
  });
});

describe('CLOCK_SKEW', () => {
  const worker = { index: 0, kind: 'remote', status: 'finished', requests: 10, clockOffsetMs: 5000 } as const;
  test.each([
    ['one clock', 0.001, 1000, 'none'],
    ['half a millisecond', 0.5, 1000, 'none'],
    ['three milliseconds at a gap of 1 ms', 3, 1000, 'limits'],
    ['three milliseconds at a gap of 100 ms', 3, 10, 'none'],
  ])('%s', async (_, clockErrorMs, count, expected) => {
    const workers = [{ ...worker, clockErrorMs }];
    expect(await severityOf('CLOCK_SKEW', runDocument({}, { workers }), records(count, {}))).toBe(expected);
  });
});

describe('NO_STEADY_STATE', () => {
  const window = { startMs: 0, endMs: 60_000 };
  const random = createRandom(3).stream('latency');
  const course = (latencyMs: (share: number, index: number) => number): RequestRecord[] =>
    Array.from({ length: 1200 }, (_, i) => timed(i, i * 50, latencyMs(i / 1200, i)));
  test.each([
    ['steady', course((_, i) => 100 + 20 * random.normalAt(i)), 'none'],
    ['a backlog that grows', course((share, i) => 100 + 400 * share + 20 * random.normalAt(i)), 'limits'],
    ['a server that gets faster to the end', course((share, i) => 200 - 150 * share + random.normalAt(i)), 'limits'],
    ['a change too small to matter', course((share, i) => 100 + 5 * share + random.normalAt(i)), 'none'],
  ])('%s', async (_, all, expected) => {
    const run = runDocument({}, { window });
    expect(await severityOf('NO_STEADY_STATE', run, all)).toBe(expected);
    // The records come in the order of their ends, whatever that is.
    expect(await severityOf('NO_STEADY_STATE', run, all.toReversed())).toBe(expected);
  });

  test('is not expected of a load that changes', async () => {
    const load = { kind: 'ramp', fromRatePerSecond: 1, toRatePerSecond: 40, rampMs: 60_000 } as const;
    const rising = course((share, i) => 100 + 400 * share + 20 * random.normalAt(i));
    expect(await severityOf('NO_STEADY_STATE', runDocument({ load }, { window }), rising)).toBe('none');
  });
});

describe('LITTLES_LAW', () => {
  /** A request every 10 ms for 10 s, whatever their latencies. */
  const run = runDocument({ durationMs: 10_000 }, { window: { startMs: 0, endMs: 10_000 } });
  const load = (latencyMs: (index: number) => number): RequestRecord[] =>
    Array.from({ length: 1000 }, (_, i) => timed(i, i * 10, latencyMs(i)));
  const residualOf = async (all: readonly RequestRecord[], of = run): Promise<number> => {
    const { metrics } = await analyzeRun({ run: of, records: all });
    const found = metrics.find(({ id }) => id === 'littles_law_residual');
    return found?.state === 'measured' ? found.value : Number.NaN;
  };

  test('in balance: ends of the window take away nothing', async () => {
    const steady = load(() => 1000);
    expect(Math.abs(await residualOf(steady))).toBeLessThan(0.002);
    expect(await severityOf('LITTLES_LAW', run, steady)).toBe('none');
  });

  test('a service that falls behind: latency grows by as much as time goes by, and half of the requests are in the window only in part', async () => {
    // Sent at t, ended at 2 t. In flight: ∫ min(t, T − t) dt = T²/4. Time: T²/8 of those that ended, half of the 3T²/8 of the others.
    const behind = load((i) => i * 10);
    expect(await residualOf(behind)).toBeCloseTo(1 - (1 / 8 + 3 / 16) / (1 / 4), 2);
    expect(await severityOf('LITTLES_LAW', run, behind)).toBe('limits');
  });

  describe('of a run that a count ended, whose window holds every request whole', () => {
    const counted = (all: readonly RequestRecord[], config: Partial<RunDocument['config']> = {}): RunDocument =>
      runDocument({ durationMs: null, ...config }, { window: { startMs: 0, endMs: lastEndMs(all) } });
    const lastEndMs = (all: readonly RequestRecord[]): number => Math.max(...all.map(({ endMs }) => endMs ?? 0));

    test('in balance: no residual, and no finding', async () => {
      const steady = load(() => 1000);
      expect(Math.abs(await residualOf(steady, counted(steady)))).toBeLessThan(0.002);
      expect(await severityOf('LITTLES_LAW', counted(steady), steady)).toBe('none');
    });

    test('a service that falls behind is seen as in a run that the clock ended', async () => {
      const behind = load((i) => i * 10);
      expect(await residualOf(behind, counted(behind))).toBeCloseTo(1 - (1 / 8 + 3 / 16) / (1 / 4), 2);
      expect(await severityOf('LITTLES_LAW', counted(behind), behind)).toBe('limits');
    });

    test('a hidden wait: requests in flight for 100 ms that the client had held for 50 ms', async () => {
      const held = load(() => 150).map((record) => ({ ...record, sentMs: record.scheduledMs + 50 }));
      expect(await residualOf(held, counted(held))).toBeCloseTo(-0.5, 2);
      const { validity } = await analyzeRun({ run: counted(held), records: held });
      const message = validity.findings.find(({ code }) => code === 'LITTLES_LAW')?.message;
      expect(message).toMatch(/waited 50\.0 ms on average in the client/);
      expect(message).not.toMatch(/piled up|drained/);
    });

    test('a connection that is opened is no hidden wait, nor is a fraction of a millisecond', async () => {
      const opened = load(() => 150).map((record) => ({ ...record, sentMs: record.scheduledMs + 50, connectMs: 50 }));
      expect(Math.abs(await residualOf(opened, counted(opened)))).toBeLessThan(0.005);
      const fast = load(() => 3).map((record) => ({ ...record, sentMs: record.scheduledMs + 0.5 }));
      expect(await residualOf(fast, counted(fast))).toBeCloseTo(-0.2, 2);
      for (const all of [opened, fast]) expect(await severityOf('LITTLES_LAW', counted(all), all)).toBe('none');
    });

    test('random arrivals and lengths of a service in balance are rarely found fault with', async () => {
      let found = 0;
      for (let seed = 0; seed < 100; seed++) {
        const random = createRandom(seed);
        const [gaps, lengths] = [random.stream('gaps'), random.stream('lengths')];
        let dueMs = 0;
        const all = Array.from({ length: 200 }, (_, i) => {
          dueMs += 10 * gaps.exponentialAt(i);
          return timed(i, dueMs, 200 * Math.exp(0.6 * lengths.normalAt(i)));
        });
        const run = counted(all, { load: { kind: 'poisson', ratePerSecond: 100 } });
        if ((await severityOf('LITTLES_LAW', run, all)) !== 'none') found++;
      }
      expect(found).toBeLessThanOrEqual(3);
    });

    test('a load whose rate changes may end at any point of its course', async () => {
      const burst = Array.from({ length: 200 }, (_, i) => timed(i, i < 100 ? i * 100 : 10_000 + i, 500));
      const shape = {
        kind: 'burst',
        baseRatePerSecond: 10,
        burstRatePerSecond: 1000,
        burstMs: 100,
        periodMs: 10_000,
      } as const;
      expect(Math.abs(await residualOf(burst, counted(burst)))).toBeGreaterThan(0.1);
      expect(await severityOf('LITTLES_LAW', counted(burst, { load: shape }), burst)).toBe('none');
      expect(await severityOf('LITTLES_LAW', counted(burst), burst)).toBe('limits');
    });
  });

  test('a closed loop in step is not found fault with', async () => {
    const waves = Array.from({ length: 40 }, (_, i) => timed(i, Math.floor(i / 10) * 3000, 3000));
    const closed = { ...run, config: { ...run.config, load: { kind: 'concurrency', concurrency: 10 } } } as const;
    expect(Math.abs(await residualOf(waves, closed))).toBeGreaterThan(0.02);
    expect(await severityOf('LITTLES_LAW', closed, waves)).toBe('none');
  });
});

describe('CONCURRENCY_SHORTFALL', () => {
  const window = { startMs: 0, endMs: 10_000 };
  const run = {
    ...runDocument({ load: { kind: 'concurrency', concurrency: 4 }, durationMs: 10_000 }),
    window,
  };
  /** So many seats, each busy all the time. */
  const seats = (count: number): RequestRecord[] =>
    Array.from({ length: count * 20 }, (_, i) => timed(i, Math.floor(i / count) * 500, 500));

  test.each([
    [4, 'none'],
    [3, 'invalidates'],
  ] as const)('%i of 4 places used', async (used, expected) => {
    expect(await severityOf('CONCURRENCY_SHORTFALL', run, seats(used))).toBe(expected);
  });

  test('is no finding where conversations pause, connections are paced, or a count ended the run', async () => {
    const turns = seats(3).map((record) => ({ ...record, session: { session: 0, turn: 0, turns: 2 } }));
    expect(await severityOf('CONCURRENCY_SHORTFALL', run, turns)).toBe('none');
    const paced = {
      ...run,
      config: { ...run.config, connections: { mode: 'keep-alive', connectRatePerSecond: 5 } },
    } as const;
    expect(await severityOf('CONCURRENCY_SHORTFALL', paced, seats(3))).toBe('none');
    const counted = { ...run, config: { ...run.config, durationMs: null } };
    expect(await severityOf('CONCURRENCY_SHORTFALL', counted, seats(3))).toBe('none');
  });
});
