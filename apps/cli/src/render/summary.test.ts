import type { Metric, ResultsDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { renderSummary } from './summary.ts';

const figure = (id: string, statistic: Metric['statistic'], value: number, clientErrorMs?: number): Metric => ({
  id,
  statistic,
  unit: 'ms',
  state: 'measured',
  value,
  samples: 100,
  source: 'client',
  ...(id === 'ttft_ms' ? { from: 'scheduled' as const } : {}),
  ...(clientErrorMs === undefined ? {} : { clientErrorMs }),
});

function summaryOf(metrics: readonly Metric[]): readonly string[] {
  const results: ResultsDocument = {
    schema: 'assay/results/v1',
    run: { name: 'r', startedAt: '', target: null, model: null, backend: 'vllm', api: 'chat', status: 'finished' },
    window: null,
    outcomes: { offered: 1, ok: 1, http: 0, timeout: 0, network: 0, protocol: 0, aborted: 0, dropped: 0 },
    outcomeCodes: {},
    metrics,
    validity: { verdict: 'trustworthy', findings: [] },
    slo: [],
  };
  return renderSummary(results, undefined).split('\n').slice(2, 5);
}

test('each latency has the bound of the client beside it, within 80 columns', () => {
  const lines = summaryOf([
    figure('ttft_ms', 'mean', 48.3123, 0.0312),
    figure('ttft_ms', 'p50', 1234.5, 12.1),
    figure('itl_ms', 'mean', 12.25, 1.5),
    figure('itl_ms', 'p99', 99.5),
  ]);
  expect(lines).toEqual([
    'latency, ms ± client         mean          p50          p90          p99',
    'time to first token         48.31 ±0.04   1235 ±13      n/a          n/a',
    'between tokens              12.25 ±1.5     n/a          n/a        99.50',
  ]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('where nothing bounds it, nothing speaks of it', () => {
  const lines = summaryOf([figure('ttft_ms', 'mean', 48.3123)]);
  expect(lines[0]).toBe('latency, ms                       mean         p50         p90         p99');
  expect(lines[1]).toBe('time to first token              48.31         n/a         n/a         n/a');
});
