import { type RequestRecord, type ResultsDocument, validate } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { failedRecord, okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from './analyze-run.ts';

type Figures = { readonly metrics: ResultsDocument['metrics'] } | undefined;
function textOf(figures: Figures, id: string, statistic: string): number | string | undefined {
  const found = figures?.metrics.find((metric) => metric.id === id && metric.statistic === statistic);
  return found?.state === 'measured' ? found.value : found?.reason;
}

describe('tenants', () => {
  test('each has its own outcomes, latencies and rates, and together they are those of the run', async () => {
    const records = [
      ...Array.from({ length: 30 }, (_, i) => okRecordAt(i, i * 10, { tenant: 'big' })),
      ...Array.from({ length: 10 }, (_, i) =>
        okRecordAt(30 + i, i * 10, { tenant: 'small', firstTokenMs: i * 10 + 71, endMs: i < 5 ? 1500 : i * 10 + 82 }),
      ),
      failedRecord('http', 'HTTP_503', { index: 40, tenant: 'small' }),
    ];
    const run = runDocument({ slo: ['ttft_ms.p99<60'], durationMs: 1000 });
    const results = await analyzeRun({ run, records });
    expect(validate('results', results)).toMatchObject({ ok: true });
    const [big, small, ...others] = results.tenants ?? [];
    expect(others).toEqual([]);
    expect([big?.tenant, small?.tenant]).toEqual(['big', 'small']);
    expect(small?.outcomes).toMatchObject({ offered: 11, ok: 10, http: 1 });
    expect([textOf(big, 'ttft_ms', 'mean'), textOf(small, 'ttft_ms', 'mean')]).toEqual([51, 71]);
    expect([textOf(big, 'requests_per_second', 'rate'), textOf(small, 'requests_per_second', 'rate')]).toEqual([30, 5]);
    expect(textOf(big, 'output_tokens_per_second', 'rate')).toBe(120);
    expect([
      textOf(big, 'goodput_requests_per_second', 'rate'),
      textOf(small, 'goodput_requests_per_second', 'rate'),
    ]).toEqual([30, 0]);
    expect(textOf(small, 'error_ratio', 'ratio')).toBeCloseTo(1 / 11, 9);
    expect(textOf(small, 'ttft_ms', 'p90')).toBe('TOO_FEW_SAMPLES');
    expect(textOf(big, 'itl_ms', 'p50')).toBeCloseTo(10, 1);
  });

  test('are absent where nobody is named, and beyond the hundredth they are one', async () => {
    expect((await analyzeRun({ run: runDocument(), records: [okRecordAt(0, 0)] })).tenants).toBeUndefined();
    const many = Array.from({ length: 130 }, (_, i) => okRecordAt(i, i, { tenant: `t${i}` }));
    const { tenants } = await analyzeRun({ run: runDocument(), records: many });
    expect(tenants).toHaveLength(101);
    expect(tenants?.at(-1)).toMatchObject({ tenant: null, outcomes: { offered: 30 } });
  });
});

describe('sessions', () => {
  /** Turn k of a conversation is due a second after the one before and waits 100 ms longer for its first token. */
  const turnOf = (session: number, turn: number, overrides: Partial<RequestRecord> = {}): RequestRecord => {
    const dueMs = session * 50 + turn * 1000;
    const times = { firstTokenMs: dueMs + 100 * (turn + 1), lastTokenMs: dueMs + 400, endMs: dueMs + 400 };
    return okRecordAt(session * 3 + turn, dueMs, { ...times, session: { session, turn, turns: 3 }, ...overrides });
  };

  test('whole ones have durations, and the first token is told turn by turn', async () => {
    const whole = Array.from({ length: 12 }, (_, session) => [0, 1, 2].map((turn) => turnOf(session, turn))).flat();
    const cut = [
      turnOf(12, 0),
      failedRecord('timeout', 'TIMEOUT_TOTAL', { index: 37, session: { session: 12, turn: 1, turns: 3 } }),
    ];
    const results = await analyzeRun({ run: runDocument(), records: [...cut, ...whole.toReversed()] });
    expect(validate('results', results)).toMatchObject({ ok: true });
    const { sessions } = results;
    expect(sessions).toMatchObject({ sessions: 13, complete: 12 });
    expect(textOf(sessions, 'session_duration_ms', 'p50')).toBe(2400);
    expect(textOf(sessions, 'session_waiting_ms', 'mean')).toBe(1200);
    expect(textOf(sessions, 'session_turns', 'mean')).toBe(3);
    expect(sessions?.turns.map((turn) => textOf(turn, 'ttft_ms', 'mean'))).toEqual([100, 200, 300]);
    expect(sessions?.turns.map(({ outcomes }) => [outcomes?.['offered'], outcomes?.['ok']])).toEqual([
      [13, 13],
      [13, 12],
      [12, 12],
    ]);
    const second = sessions?.turns[1];
    expect(textOf(second, 'e2e_latency_ms', 'p50')).toBe(400);
    expect(textOf(second, 'itl_ms', 'p50')).toBeCloseTo(10, 1);
    expect(textOf(second, 'error_ratio', 'ratio')).toBeCloseTo(1 / 13, 9);
  });

  test('without one that is whole there is no duration, and older records do not tell', async () => {
    const { sessions } = await analyzeRun({ run: runDocument(), records: [turnOf(0, 0)] });
    expect(textOf(sessions, 'session_duration_ms', 'mean')).toBe('NO_COMPLETE_SESSION');
    const old = [turnOf(0, 0, { session: { session: 0, turn: 0 } })];
    const older = (await analyzeRun({ run: runDocument(), records: old })).sessions;
    expect(older?.complete).toBeNull();
    expect(textOf(older, 'session_duration_ms', 'mean')).toBe('TURNS_UNKNOWN');
    expect((await analyzeRun({ run: runDocument(), records: [okRecordAt(0, 0)] })).sessions).toBeUndefined();
  });
});
