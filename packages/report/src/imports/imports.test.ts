import { type Metric, type ResultsDocument, validate } from '@assay/contracts';
import { quantileOfSorted, sortAscending } from '@assay/stats';
import { expect, it } from 'vitest';
import { changedFixture, importFixture } from '../../test/import-fixture.ts';
import { renderImportMarkdown } from '../render-markdown.ts';
import { importFigures } from './import-figures.ts';
import { importResults } from './import-results.ts';
import type { ImportedRun } from './imported-run.ts';
import { readImport } from './read-import.ts';

const AIPERF = ['aiperf/profile_export_aiperf.json', 'aiperf/profile_export.jsonl'] as const;
const read = (...paths: readonly string[]): ImportedRun => readImport(paths.map(importFixture));
const json = (path: string): Record<string, never> => JSON.parse(importFixture(path).text) as Record<string, never>;

function resultsOf(run: ImportedRun): ResultsDocument {
  const results = importResults(run);
  const checked = validate('results', results);
  expect(checked.ok ? [] : checked.issues).toEqual([]);
  return results;
}

const find = (results: ResultsDocument, id: string, statistic: string, from?: string): Metric =>
  results.metrics.find((metric) => metric.id === id && metric.statistic === statistic && metric.from === from)!;
const codesOf = ({ validity }: ResultsDocument): string[] => validity.findings.map(({ code }) => code);

it('reads vllm bench serve with its requests: figures of its own requests, and what it leaves out', () => {
  const run = read('vllm-bench-detailed.json');
  const theirs = json('vllm-bench-detailed.json');
  const results = resultsOf(run);
  // The one planted error event is a success to the tool, so it is one here, and is said to be.
  expect(results.outcomes).toMatchObject({ offered: 24, ok: 22, http: 1, protocol: 1 });
  expect(results.outcomeCodes).toEqual({ HTTP_503: 1, STREAM_TRUNCATED: 1 });
  for (const [id, key, from] of [
    ['ttft_ms', 'ttft', 'sent'],
    ['tpot_ms', 'tpot', undefined],
    ['e2e_latency_ms', 'e2el', 'sent'],
  ] as const) {
    expect(find(results, id, 'mean', from)).toMatchObject({ value: expect.closeTo(theirs[`mean_${key}_ms`]!, 6) });
    expect(find(results, id, 'p50', from)).toMatchObject({ value: expect.closeTo(theirs[`median_${key}_ms`]!, 6) });
  }
  expect(find(results, 'ttft_ms', 'p99', 'sent')).toMatchObject({ state: 'unavailable', reason: 'TOO_FEW_SAMPLES' });
  expect(find(results, 'ttft_ms', 'p50', 'scheduled')).toMatchObject({ reason: 'SCHEDULE_UNKNOWN' });
  expect(find(results, 'itl_ms', 'p50')).toMatchObject({ reason: 'NOT_RECORDED' });
  expect(results.validity.verdict).toBe('limited');
  expect(codesOf(results)).toEqual([
    'IMPORTED',
    'CLIENT_HEALTH_UNKNOWN',
    'SCHEDULE_UNKNOWN',
    'MANY_ERRORS',
    'IMPORTED_FAILURES_UNSEEN',
    'IMPORTED_FIRST_EVENT',
    'IMPORTED_GAPS_BY_EVENT',
  ]);
  expect(importFigures(run, results).latenciesMs.get('ttft_ms')).toHaveLength(22);
});

it('reads what the Python command writes: no ends and starts of requests, and seconds of one event a token', () => {
  const theirs = json('vllm-bench-detailed.json') as Record<string, unknown>;
  const itls = (theirs['itls'] as number[][]).map((gaps) => gaps.slice(1));
  const { latencies: _, start_times: __, failed: ___, failed_requests: ____, ...older } = theirs;
  const text = JSON.stringify({ ...older, itls, backend: 'openai', date: '20260131-235959' });
  const run = readImport([{ name: 'openai-infqps.json', text }]);
  const results = resultsOf(run);
  expect(run).toMatchObject({ ok: 22, startedAt: null, api: 'completions' });
  expect(results.outcomes).toMatchObject({ offered: 24, ok: 22 });
  const [first] = run.requests!;
  const [ttftS] = theirs['ttfts'] as number[];
  expect(first!.e2eMs).toBeCloseTo((ttftS! + itls[0]!.reduce((sum, gap) => sum + gap, 0)) * 1000, 9);
  // One of the 22 lost tokens to the planted error event, so its gaps are not those of its tokens.
  expect(find(results, 'itl_ms', 'p50')).toMatchObject({ reason: 'NOT_RECORDED' });
  expect(run.requests!.filter(({ gapsMs }) => gapsMs !== null)).toHaveLength(21);
  expect(codesOf(results)).not.toContain('IMPORTED_FIRST_EVENT');
});

it('reads vllm bench serve without requests: its own figures above the floors, and no intervals', () => {
  const run = read('vllm-bench.json');
  const theirs = json('vllm-bench.json');
  const results = resultsOf(run);
  expect(run.load).toEqual({ concurrency: null, ratePerSecond: 100 });
  expect(find(results, 'ttft_ms', 'p90', 'sent')).toMatchObject({ value: expect.closeTo(theirs['p90_ttft_ms']!, 6) });
  // 120 requests are no ground for a p99, whoever computed it.
  expect(find(results, 'ttft_ms', 'p99', 'sent')).toMatchObject({ reason: 'TOO_FEW_SAMPLES', samples: 120 });
  expect(find(results, 'ttft_ms', 'max', 'sent')).toMatchObject({ reason: 'NOT_RECORDED' });
  expect(find(results, 'goodput_requests_per_second', 'rate')).toMatchObject({ state: 'measured' });
  expect(codesOf(results)).toContain('IMPORTED_NO_REQUESTS');
  expect(importFigures(run, results).latenciesMs.get('ttft_ms')).toEqual([]);
});

it('reads GuideLLM, whose inter-token latency is a time per token, and which tells when a request was due', () => {
  const run = read('guidellm.json');
  const results = resultsOf(run);
  const [benchmark] = json('guidellm.json')['benchmarks'] as unknown as { metrics: Record<string, never> }[];
  const theirs = (id: string): { mean: number } =>
    (benchmark!.metrics[id] as unknown as { successful: { mean: number } }).successful;
  expect(run).toMatchObject({ toolVersion: '0.8.1', model: 'assay-sim', load: { concurrency: 4 } });
  expect(results.outcomes).toMatchObject({ offered: 24, ok: 21, http: 1, protocol: 2 });
  expect(find(results, 'ttft_ms', 'mean', 'sent')).toMatchObject({
    value: expect.closeTo(theirs('time_to_first_token_ms').mean, 6),
  });
  expect(find(results, 'tpot_ms', 'mean')).toMatchObject({
    value: expect.closeTo(theirs('inter_token_latency_ms').mean, 6),
  });
  // Ends with the last token, where the tool's own latency ends with the response.
  const e2e = find(results, 'e2e_latency_ms', 'mean', 'sent');
  expect(e2e.state === 'measured' && e2e.value).toBeLessThan(theirs('request_latency').mean * 1000);
  const [lag, scheduled, sent] = [
    find(results, 'send_lag_ms', 'mean'),
    find(results, 'ttft_ms', 'mean', 'scheduled'),
    find(results, 'ttft_ms', 'mean', 'sent'),
  ].map((metric) => (metric.state === 'measured' ? metric.value : Number.NaN));
  expect(scheduled).toBeCloseTo(lag! + sent!, 6);
  expect(codesOf(results)).not.toContain('SCHEDULE_UNKNOWN');
  expect(codesOf(results)).toContain('IMPORTED_NO_GAPS');
});

it('reads AIPerf with and without its requests', () => {
  const [whole, summary] = [read(...AIPERF), read(AIPERF[0])];
  const results = resultsOf(whole);
  expect(results.outcomes).toMatchObject({ offered: 24, ok: 22, http: 1, protocol: 1 });
  expect(results.run).toMatchObject({ model: 'assay-sim', status: 'imported', api: 'chat' });
  const theirs = json(AIPERF[0])['time_to_first_token'] as unknown as { avg: number; p50: number };
  for (const [statistic, value] of [
    ['mean', theirs.avg],
    ['p50', theirs.p50],
  ] as const) {
    expect(find(results, 'ttft_ms', statistic, 'sent')).toMatchObject({ value: expect.closeTo(value, 6) });
    expect(find(resultsOf(summary), 'ttft_ms', statistic, 'sent')).toMatchObject({ value: expect.closeTo(value, 6) });
  }
  const gaps = whole.requests!.flatMap(({ gapsMs }) => gapsMs ?? []);
  const median = find(results, 'itl_ms', 'p50');
  expect(median.state === 'measured' && median.value).toBeCloseTo(quantileOfSorted(sortAscending(gaps), 0.5)!, 1);
  expect(find(resultsOf(summary), 'itl_ms', 'p50')).toMatchObject({ reason: 'NOT_RECORDED' });
  expect(codesOf(resultsOf(summary))).toContain('IMPORTED_NO_REQUESTS');
});

it('keeps to the figures of the tool where its requests are not those it counted', () => {
  const run = readImport([changedFixture('vllm-bench-detailed.json', ['completed'], 20)]);
  expect(run.requests).toBeNull();
  expect(resultsOf(run).outcomes).toMatchObject({ ok: 20, protocol: 2 });
  expect(codesOf(resultsOf(run))).toContain('IMPORTED_FAILURES_UNKNOWN');
});

it('reads results that were appended to one file, and the NaN that Python writes', () => {
  const { name, text } = importFixture('vllm-bench.json');
  const nan = text.trim().replace(/"std_ttft_ms":[\d.]+/, '"std_ttft_ms": NaN');
  const file = { name, text: `${nan}\n${changedFixture('vllm-bench.json', ['completed'], 119).text}\n` };
  expect(() => readImport([file])).toThrow('holds 2 benchmarks');
  expect(
    readImport([file], { benchmark: 0 }).figures.some(
      ({ statistic, id }) => id === 'ttft_ms' && statistic === 'stddev',
    ),
  ).toBe(false);
  expect(readImport([file], { benchmark: 1 }).ok).toBe(119);
  expect(() => readImport([file], { benchmark: 2 })).toThrow(
    expect.objectContaining({ code: 'IMPORT_INVALID', hint: expect.stringContaining('0 to 1') }),
  );
});

it.each([
  [
    'a field that is missing',
    changedFixture('vllm-bench.json', ['duration'], undefined),
    'IMPORT_INVALID',
    'vllm-bench.json /duration: expected a number, got nothing',
  ],
  [
    'a field of another type',
    changedFixture('vllm-bench-detailed.json', ['itls', 3, 1], 'soon'),
    'IMPORT_INVALID',
    'vllm-bench-detailed.json /itls/3/1: expected a number, got "soon"',
  ],
  [
    'a count that is none',
    changedFixture('vllm-bench.json', ['completed'], -1),
    'IMPORT_INVALID',
    '/completed: expected a whole number from 0, got -1',
  ],
  [
    'a damaged benchmark',
    changedFixture('guidellm.json', ['benchmarks', 0, 'duration'], null),
    'IMPORT_INVALID',
    'guidellm.json /benchmarks/0/duration: expected a number, got null',
  ],
  [
    'a latency below 0',
    changedFixture('vllm-bench-detailed.json', ['ttfts', 1], -0.2),
    'IMPORT_INVALID',
    '/ttfts/1: expected a number from 0, got -0.2',
  ],
  [
    'a gap below 0',
    changedFixture('vllm-bench-detailed.json', ['itls', 3, 1], -1),
    'IMPORT_INVALID',
    '/itls/3/1: expected a number from 0, got -1',
  ],
  [
    'an answer that ends before it begins',
    changedFixture('vllm-bench-detailed.json', ['latencies', 0], 0),
    'IMPORT_INVALID',
    '/latencies/0: expected at least ttfts/0',
  ],
  [
    'a figure below 0',
    changedFixture('vllm-bench.json', ['mean_ttft_ms'], -50),
    'IMPORT_INVALID',
    '/mean_ttft_ms: expected a number from 0, got -50',
  ],
  [
    'more ended requests than there were',
    changedFixture('vllm-bench-detailed.json', ['failed'], 3),
    'IMPORT_INVALID',
    '/completed: expected at most 21 completed (num_prompts 24, failed 3), got 22',
  ],
  [
    'a latency below 0 of GuideLLM',
    changedFixture('guidellm.json', ['benchmarks', 0, 'requests', 'successful', 0, 'time_to_first_token_ms'], -1),
    'IMPORT_INVALID',
    '/requests/successful/0/time_to_first_token_ms: expected a number from 0, got -1',
  ],
  [
    'more requests of GuideLLM than it counts',
    changedFixture('guidellm.json', ['benchmarks', 0, 'scheduler_metrics', 'requests_made', 'successful'], 1),
    'IMPORT_INVALID',
    'successful: expected at least',
  ],
  [
    'a time below 0 of AIPerf',
    changedFixture(AIPERF[0], ['benchmark_duration', 'avg'], -1),
    'IMPORT_INVALID',
    '/benchmark_duration/avg: expected a number from 0, got -1',
  ],
  [
    'a file that was cut off',
    { name: 'r.json', text: importFixture('vllm-bench.json').text.slice(0, 500) },
    'IMPORT_INVALID',
    /^r\.json:\d+:\d+: /,
  ],
  ['an empty file', { name: 'r.json', text: '' }, 'IMPORT_FORMAT_UNKNOWN', 'r.json is not a result of'],
  [
    'another document',
    { name: 'r.json', text: '{"schema":"assay/results/v1"}' },
    'IMPORT_FORMAT_UNKNOWN',
    'r.json is not a result of',
  ],
  ['a list', { name: 'r.json', text: '[1,2]' }, 'IMPORT_FORMAT_UNKNOWN', 'r.json is not a result of'],
  ['the requests of AIPerf alone', importFixture(AIPERF[1]), 'IMPORT_FORMAT_UNKNOWN', 'not its figures'],
])('refuses %s with its place', (_, file, code, message) => {
  expect(() => readImport([file])).toThrow(
    expect.objectContaining({
      code,
      message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    }),
  );
});

it('names line and column of what is no JSON, those of the file', () => {
  const lines = importFixture(AIPERF[1]).text.split('\n');
  const requests = {
    name: 'profile_export.jsonl',
    text: [lines[0], '{"metadata": {}, "metrics": x}', lines[1]].join('\n'),
  };
  expect(() => readImport([importFixture(AIPERF[0]), requests])).toThrow(/^profile_export\.jsonl:2:29: (?!.*column)/);
});

it.each([
  ['vllm bench serve', [changedFixture('vllm-bench-detailed.json', ['completed'], 21)]],
  ['AIPerf', [changedFixture(AIPERF[0], ['request_count', 'avg'], 7), importFixture(AIPERF[1])]],
])('says that the requests of %s are not those of its figures', (_, files) => {
  const run = readImport(files);
  expect(run.requests).toBeNull();
  expect(codesOf(resultsOf(run))).toContain('IMPORTED_REQUESTS_DIFFER');
});

it('says which tool a file looks like when another was named', () => {
  expect(() => readImport([importFixture('guidellm.json')], { tool: 'aiperf' })).toThrow(
    'guidellm.json is not a result of AIPerf: it looks like one of GuideLLM',
  );
});

it('is a page of its own, with what it lacks', () => {
  const page = renderImportMarkdown(resultsOf(read('vllm-bench.json')));
  expect(page).toContain('# vllm-bench (vllm bench serve)');
  expect(page).toContain('`SCHEDULE_UNKNOWN`');
  expect(page).toContain('the tool tells no schedule');
  expect(page).not.toMatch(/NaN|undefined/);
});

it.each([
  ['another unit', '"request_latency":{"value":0.1,"unit":"sec"}'],
  ['an end before the first token', '"request_latency":{"value":0.1,"unit":"ms"}'],
])('AIPerf: a request with %s is refused', (_, latency) => {
  const [summary, requests] = AIPERF.map((name) => importFixture(name));
  if (summary === undefined || requests === undefined) throw new Error('no fixture');
  const text = requests.text.replace(/"request_latency": ?\{[^}]*\}/, latency);
  expect(text).not.toBe(requests.text);
  expect(() => readImport([summary, { ...requests, text }])).toThrow(
    expect.objectContaining({ code: 'IMPORT_INVALID' }),
  );
});
