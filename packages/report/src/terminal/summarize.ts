import type { Metric, ResultsDocument } from '@assay/contracts';
import { findMetric, formatInterval, formatMetric, formatUnit, type LatencyOrigin } from '../figure.ts';

type Row = readonly [label: string, id: string, from: LatencyOrigin | undefined];

const LATENCIES: readonly Row[] = [
  ['time to first token', 'ttft_ms', 'scheduled'],
  ['  from the send', 'ttft_ms', 'sent'],
  ['between tokens', 'itl_ms', undefined],
  ['whole request', 'e2e_latency_ms', 'scheduled'],
  ['send lag', 'send_lag_ms', undefined],
];
const STATISTICS = ['mean', 'p50', 'p90', 'p99'] as const;
const SINGLES: readonly (readonly [label: string, id: string])[] = [
  ['requests per second', 'requests_per_second'],
  ['output tokens per second', 'output_tokens_per_second'],
  ['good requests per second', 'goodput_requests_per_second'],
  ['error ratio', 'error_ratio'],
];
const LABEL_WIDTH = 26;
const CELL_WIDTH = 12;

/** The results as plain text for a terminal of 80 columns, without colours; ends without a line break. */
export function summarize(results: ResultsDocument): string {
  const { outcomes, outcomeCodes, metrics, validity, slo } = results;
  const codes = Object.entries(outcomeCodes).sort(([, a], [, b]) => b - a);
  return [
    `${outcomes.offered} requests offered, ${outcomes.ok} ok, ${outcomes.offered - outcomes.ok} not ok`,
    ...(codes.length === 0 ? [] : [`  ${codes.map(([code, count]) => `${code} ${count}`).join(', ')}`]),
    '',
    `${'latency, ms'.padEnd(LABEL_WIDTH)}${STATISTICS.map((name) => name.padStart(CELL_WIDTH)).join('')}`,
    ...LATENCIES.flatMap((row) => latencyLine(metrics, row)),
    '',
    ...SINGLES.flatMap(([label, id]) => singleLine(metrics, label, id)),
    '',
    `validity: ${validity.verdict}`,
    ...validity.findings.map(({ severity, code, message }) => `  ${severity} ${code}: ${message}`),
    ...slo.map(({ verdict, objective }) => `slo ${verdict.padEnd(8)}${objective}`),
  ].join('\n');
}

function latencyLine(metrics: readonly Metric[], [label, id, from]: Row): readonly string[] {
  const cells = STATISTICS.map((statistic) => findMetric(metrics, id, statistic, from));
  if (cells.every((metric) => metric === undefined)) return [];
  return [`${label.padEnd(LABEL_WIDTH)}${cells.map((metric) => formatMetric(metric).padStart(CELL_WIDTH)).join('')}`];
}

function singleLine(metrics: readonly Metric[], label: string, id: string): readonly string[] {
  const metric = findMetric(metrics, id, undefined, undefined);
  if (metric === undefined) return [];
  const figure = `${label.padEnd(LABEL_WIDTH)}${formatMetric(metric).padStart(CELL_WIDTH)}`;
  if (metric.state !== 'measured') return [`${figure}   ${metric.reason}`];
  const unit = formatUnit(metric.unit);
  const interval = formatInterval(metric);
  return [`${figure}${unit === '' ? '' : ` ${unit}`}${interval === undefined ? '' : `   ${interval}`}`];
}
