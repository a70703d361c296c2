import { type Metric, type RequestRecord, type ResultsDocument, validate } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { failedRecord, okRecord, okRecordAt, runDocument } from '../../test/record-fixture.ts';
import { analyzeRun } from './analyze-run.ts';
import { isMet, parseObjective } from './objective.ts';

function figure(results: ResultsDocument, id: string, statistic: string, from?: string): Metric {
  const found = results.metrics.find(
    (m) => m.id === id && m.statistic === statistic && (from === undefined || m.from === from),
  );
  if (found === undefined) throw new Error(`no ${id}.${statistic}`);
  return found;
}

function textOf(results: ResultsDocument, id: string, statistic: string, from?: string): number | string {
  const found = figure(results, id, statistic, from);
  return found.state === 'measured' ? found.value : found.reason;
}

const hundred = Array.from({ length: 100 }, (_, index) => okRecordAt(index, index * 9));

describe('figures', () => {
  test('latencies from the scheduled and from the send time', async () => {
    const results = await analyzeRun({ run: runDocument(), records: hundred });
    expect(textOf(results, 'ttft_ms', 'mean', 'scheduled')).toBe(51);
    expect(textOf(results, 'ttft_ms', 'p50', 'sent')).toBe(50);
    expect(textOf(results, 'e2e_latency_ms', 'max', 'scheduled')).toBe(81);
    expect(textOf(results, 'tpot_ms', 'mean')).toBe(10);
    expect(textOf(results, 'send_lag_ms', 'mean')).toBe(1);
    expect(textOf(results, 'connect_ms', 'mean')).toBe('NO_NEW_CONNECTION');
    expect(textOf(results, 'input_tokens', 'total')).toBe(1000);
    expect(textOf(results, 'output_tokens', 'mean')).toBe(4);
  });

  test('a read with n tokens after a gap g is n samples of g/n', async () => {
    const record = okRecord({ outputTokens: 7, arrivals: [0, 2, 10_000, 1, 20_000, 4], lastTokenMs: 81 });
    const results = await analyzeRun({ run: runDocument(), records: [record] });
    expect(figure(results, 'itl_ms', 'mean')).toMatchObject({ value: 6, samples: 5 });
    expect(textOf(results, 'itl_ms', 'min')).toBe(5);
    expect(textOf(results, 'itl_ms', 'max')).toBe(10);
    expect(textOf(results, 'tpot_ms', 'mean')).toBe(6);
  });

  test('events of several tokens each: the first event is taken for an average one', async () => {
    const arrivals = [0, 1, 40_000, 1, 40_000, 1, 40_000, 1, 40_000, 1];
    const record = okRecord({ outputTokens: 20, arrivals, arrivalsUnit: 'events', firstTokenMs: 50, lastTokenMs: 210 });
    const results = await analyzeRun({ run: runDocument(), records: [record] });
    expect(textOf(results, 'tpot_ms', 'mean')).toBe(10);
    expect(results.validity.findings.map(({ code }) => code)).toContain('TOKEN_COUNT_APPROXIMATE');
  });

  test('quantiles of gaps need requests, not only gaps', async () => {
    const long = (index: number): RequestRecord =>
      okRecordAt(index, index * 9, {
        outputTokens: 801,
        arrivals: [0, 1, ...Array.from({ length: 800 }, (_, i) => [5000 + ((i * 7 + index * 13) % 100), 1]).flat()],
        lastTokenMs: index * 9 + 4100,
      });
    const one = await analyzeRun({ run: runDocument(), records: [long(0)] });
    expect(textOf(one, 'itl_ms', 'p99')).toBe('TOO_FEW_SAMPLES');
    expect(textOf(one, 'itl_ms', 'p50')).toBe('TOO_FEW_SAMPLES');
    const many = await analyzeRun({ run: runDocument(), records: Array.from({ length: 40 }, (_, i) => long(i)) });
    expect(figure(many, 'itl_ms', 'p99')).toMatchObject({ interval: { method: 'grouped-t' } });
    expect(figure(many, 'itl_ms', 'p50')).toMatchObject({ interval: { method: 'order-statistic' } });
  });

  test('quantiles stand only above the sample floor, with an order-statistic interval', async () => {
    const results = await analyzeRun({ run: runDocument(), records: hundred });
    expect(figure(results, 'ttft_ms', 'p90', 'scheduled')).toMatchObject({
      interval: { method: 'order-statistic', level: 0.95 },
    });
    expect(figure(results, 'ttft_ms', 'p99', 'scheduled')).toMatchObject({ reason: 'TOO_FEW_SAMPLES', samples: 100 });
    expect(results.validity.findings.map(({ code }) => code)).toContain('TOO_FEW_SAMPLES');
  });

  test('rates count what fell inside the window', async () => {
    const run = runDocument({ durationMs: 1000 });
    const results = await analyzeRun({ run, records: [...hundred, okRecordAt(100, 2000)] });
    expect(textOf(results, 'requests_per_second', 'rate')).toBe(100);
    expect(textOf(results, 'output_tokens_per_second', 'rate')).toBe(400);
    expect(textOf(results, 'concurrency', 'mean')).toBeCloseTo(8.1, 6);
    expect(textOf(results, 'concurrency', 'max')).toBe(9);
  });
});

describe('what answers were', () => {
  test('the first answer token is told from the first token', async () => {
    const thinking = Array.from({ length: 20 }, (_, i) => okRecordAt(i, i * 9, { firstAnswerMs: i * 9 + 71 }));
    const cut = okRecordAt(20, 200, { firstAnswerMs: null });
    const results = await analyzeRun({ run: runDocument(), records: [...thinking, cut] });
    expect(figure(results, 'ttft_ms', 'mean', 'scheduled')).toMatchObject({ value: 51, samples: 21 });
    expect(figure(results, 'ttfa_ms', 'mean', 'scheduled')).toMatchObject({ value: 71, samples: 20 });
    expect(textOf(results, 'ttfa_ms', 'mean', 'sent')).toBe(70);
    expect(results.validity.findings.find(({ code }) => code === 'REASONING_ONLY')?.message).toMatch(/^1 of 21 /);
  });

  test('structured answers, calls of tools and embeddings have figures where they were asked for', async () => {
    const records = [
      okRecordAt(0, 0, { answer: { structured: 'valid' } }),
      okRecordAt(1, 10, { answer: { structured: 'repaired', repair: 'code-fence' } }),
      okRecordAt(2, 20, { answer: { structured: 'schema-invalid' } }),
      okRecordAt(3, 30, { finishReason: 'length', answer: { structured: 'not-json', toolCalls: [] } }),
      okRecordAt(4, 40, {
        answer: {
          toolCalls: [
            { name: 'a', arguments: 'valid' },
            { name: 'b', arguments: 'unknown-tool' },
          ],
        },
      }),
      okRecordAt(5, 50, { answer: { vectors: 16, dimension: 8 } }),
    ];
    const results = await analyzeRun({ run: runDocument(), records });
    expect(figure(results, 'structured_valid_ratio', 'ratio')).toMatchObject({ value: 0.25, samples: 4 });
    expect(figure(results, 'tool_call_ratio', 'ratio')).toMatchObject({ value: 0.5, samples: 2 });
    expect(figure(results, 'tool_call_valid_ratio', 'ratio')).toMatchObject({ value: 0.5, samples: 2 });
    expect(textOf(results, 'embeddings_per_second', 'rate')).toBe(16);
    const codes = results.validity.findings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['STRUCTURED_INVALID', 'TOOL_CALL_INVALID']));
    expect(codes).not.toContain('EMBEDDING_DIMENSION_CHANGES');
    expect(results.validity.findings.find(({ code }) => code === 'STRUCTURED_INVALID')?.message).toContain(
      '3 of 4 structured answers were not what their schema asks for: 1 invalid, 1 no JSON, 1 only without the text ' +
        'around them; 1 of them were cut off',
    );
    const plain = await analyzeRun({ run: runDocument(), records: hundred });
    expect(plain.metrics.map(({ id }) => id)).not.toContain('structured_valid_ratio');
  });

  test('sources that count differently are a finding, and are not averaged', async () => {
    const count = (tokens: number): Partial<RequestRecord> => ({
      tokenCounts: [
        { source: 'usage', tokens: 4 },
        { source: 'token-ids', tokens },
      ],
    });
    const agreeing = await analyzeRun({ run: runDocument(), records: [okRecord(count(4))] });
    expect(agreeing.validity.findings.map(({ code }) => code)).not.toContain('TOKEN_COUNT_DISAGREES');
    const records = [okRecordAt(0, 0, count(4)), okRecordAt(1, 10, count(6)), okRecordAt(2, 20, count(1)), okRecord()];
    const results = await analyzeRun({ run: runDocument(), records });
    expect(results.validity.findings.find(({ code }) => code === 'TOKEN_COUNT_DISAGREES')).toMatchObject({
      severity: 'limits',
      message: expect.stringMatching(/2 of 3 answers, by up to 3 tokens \(request 1: usage 4, token-ids 6\)/),
    });
    expect(textOf(results, 'output_tokens', 'mean')).toBe(4);
  });

  test.each([
    [58, 59, false],
    [57, 59, false],
    [50, 59, true],
  ])('a retokenised count of %i beside a usage of %i', async (tokens, usage, isFinding) => {
    const tokenCounts: RequestRecord['tokenCounts'] = [
      { source: 'usage', tokens: usage },
      { source: 'retokenised', tokens },
    ];
    const results = await analyzeRun({ run: runDocument(), records: [okRecord({ tokenCounts })] });
    expect(results.validity.findings.some(({ code }) => code === 'TOKEN_COUNT_DISAGREES')).toBe(isFinding);
  });
});

describe('what is missing', () => {
  test('without streaming there is no first token, and it says so', async () => {
    const record = okRecord({ firstTokenMs: null, firstAnswerMs: null, lastTokenMs: null, arrivals: [] });
    const results = await analyzeRun({ run: runDocument({ stream: false }), records: [record] });
    expect(textOf(results, 'ttft_ms', 'p50', 'scheduled')).toBe('NOT_STREAMED');
    expect(textOf(results, 'itl_ms', 'mean')).toBe('NOT_STREAMED');
    expect(textOf(results, 'e2e_latency_ms', 'mean', 'sent')).toBe(81);
  });

  test('without usage there are no tokens', async () => {
    const record = okRecord({
      outputTokens: null,
      inputTokens: null,
      outputTokensSource: 'unavailable',
      arrivalsUnit: 'events',
    });
    const results = await analyzeRun({ run: runDocument(), records: [record] });
    expect(textOf(results, 'output_tokens', 'mean')).toBe('NO_USAGE');
    expect(textOf(results, 'output_tokens_per_second', 'rate')).toBe('NO_USAGE');
    expect(textOf(results, 'input_tokens', 'total')).toBe('NO_USAGE');
  });

  test('no record at all: everything unavailable, nothing trustworthy', async () => {
    const results = await analyzeRun({ run: runDocument({}, { window: null }), records: [] });
    expect(results.metrics.every(({ state }) => state === 'unavailable')).toBe(true);
    expect(results.validity.verdict).toBe('untrustworthy');
    expect(validate('results', results).ok).toBe(true);
  });
});

describe('outcomes and validity', () => {
  test('the kinds sum up to offered, warm-up stays out', async () => {
    const records: RequestRecord[] = [
      okRecord({ phase: 'warmup' }),
      okRecord(),
      failedRecord('http', 'HTTP_429'),
      failedRecord('dropped', 'DROPPED_LIMIT', { sentMs: null, endMs: null }),
      failedRecord('protocol', 'STREAM_TRUNCATED', { firstTokenMs: 3, arrivals: [0, 1, 5000, 1] }),
    ];
    const results = await analyzeRun({ run: runDocument(), records });
    const { offered, ...kinds } = results.outcomes;
    expect(offered).toBe(4);
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(results.outcomeCodes).toEqual({ DROPPED_LIMIT: 1, HTTP_429: 1, STREAM_TRUNCATED: 1 });
    expect(textOf(results, 'error_ratio', 'ratio')).toBe(0.75);
    expect(figure(results, 'ttft_ms', 'mean', 'scheduled')).toMatchObject({ value: 51, samples: 1 });
    expect(results.validity.findings.map(({ code }) => code)).toContain('MANY_ERRORS');
  });

  test('a finding that invalidates decides; events counted as tokens limit', async () => {
    const run = runDocument();
    const bad = { code: 'LOOP_LAG', severity: 'invalidates', message: 'late' } as const;
    const lagging = { ...run, clientHealth: { ...run.clientHealth!, findings: [bad] } };
    expect((await analyzeRun({ run: lagging, records: hundred })).validity.verdict).toBe('untrustworthy');
    const counted = hundred.map((record) => ({ ...record, outputTokensSource: 'event-count' as const }));
    const results = await analyzeRun({ run, records: counted });
    expect(results.validity.verdict).toBe('limited');
    expect(results.validity.findings.map(({ code }) => code)).toContain('TOKEN_COUNT_APPROXIMATE');
    expect((await analyzeRun({ run, records: hundred })).validity.verdict).toBe('trustworthy');
  });

  test('a killed run has its window from the records, and says so', async () => {
    const killed = runDocument({}, { window: null, clientHealth: null, status: 'running' });
    const results = await analyzeRun({ run: killed, records: hundred });
    expect(results.window).toEqual({ startMs: 0, endMs: 99 * 9 + 82 });
    expect(results.validity.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CLIENT_HEALTH_UNKNOWN', 'RUN_INCOMPLETE']),
    );
  });
});

describe('objectives', () => {
  const slo = ['ttft_ms.p90<60', 'ttft_ms.p50<=50', 'ttft_ms.p99<60', 'error_ratio<1%', 'nonsense', 'no_such.p50<1'];

  test('pass, fail, and unknown where the figure is missing', async () => {
    const results = await analyzeRun({ run: runDocument({ slo }), records: hundred });
    expect(results.slo.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['pass', null],
      ['fail', null],
      ['unknown', 'TOO_FEW_SAMPLES'],
      ['pass', null],
      ['unknown', 'NOT_AN_OBJECTIVE'],
      ['unknown', 'UNKNOWN_METRIC'],
    ]);
    expect(validate('results', results).ok).toBe(true);
  });

  test('goodput counts offered requests: a failed one is not good', async () => {
    const run = runDocument({ slo: ['ttft_ms.p99<60'] });
    const slow = okRecord({ firstTokenMs: 70 });
    const results = await analyzeRun({
      run,
      records: [okRecord(), okRecord(), slow, failedRecord('http', 'HTTP_500')],
    });
    expect(figure(results, 'goodput_requests_per_second', 'rate')).toMatchObject({ value: 2, samples: 4 });
    const none = await analyzeRun({ run: runDocument(), records: hundred });
    expect(textOf(none, 'goodput_requests_per_second', 'rate')).toBe('NO_SLO');
  });

  test('reads units and operators', () => {
    expect(parseObjective('e2e_latency_ms.p95 <= 2s')).toMatchObject({
      operator: '<=',
      threshold: 2000,
      statistic: 'p95',
    });
    expect(parseObjective('requests_per_second>=10')).toMatchObject({ statistic: 'rate' });
    expect(parseObjective('ttft_ms.p42<1')).toBeUndefined();
    expect(isMet({ metric: 'x', statistic: 'mean', operator: '>', threshold: 1 }, 1)).toBe(false);
  });
});

test('the same records give the same document', async () => {
  const input = { run: runDocument({ slo: ['ttft_ms.p50<60'] }), records: hundred };
  expect(JSON.stringify(await analyzeRun(input))).toBe(JSON.stringify(await analyzeRun(input)));
});

test.each([
  ['limits', 60],
  ['notes', 50],
])('prompts off the length asked for are %s where %i of 100 are', async (severity, off) => {
  const records = hundred.map((record, index) => ({
    ...record,
    inputTokensRequested: 10,
    inputTokens: index < off ? 20 : 10,
  }));
  const { validity } = await analyzeRun({ run: runDocument(), records });
  expect(validity.findings.find(({ code }) => code === 'INPUT_LENGTH_MISMATCH')?.severity).toBe(severity);
});
