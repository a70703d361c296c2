import type { Metric, ResultsDocument } from '@assay/contracts';
import { besideClientError, CLIENT_ERROR_WIDTH, hasClientErrors } from './client-error-text.ts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { findMetric, formatFigure, formatInterval } from './number-text.ts';

const STATISTICS: readonly Metric['statistic'][] = ['mean', 'p50', 'p90', 'p99'];
const LATENCIES: readonly (readonly [string, 'scheduled' | 'sent' | undefined, string])[] = [
  ['ttft_ms', 'scheduled', 'TTFT (from schedule)'],
  ['ttft_ms', 'sent', 'TTFT (from send)'],
  ['itl_ms', undefined, 'Inter-token'],
  ['tpot_ms', undefined, 'Per output token'],
  ['e2e_latency_ms', 'scheduled', 'End to end'],
  ['send_lag_ms', undefined, 'Send lag'],
];
const SINGLES: readonly (readonly [string, Metric['statistic'], string])[] = [
  ['requests_per_second', 'rate', 'req/s'],
  ['output_tokens_per_second', 'rate', 'tokens/s'],
  ['goodput_requests_per_second', 'rate', 'req/s'],
  ['error_ratio', 'ratio', ''],
  ['concurrency', 'mean', ''],
];

/** The results as plain text for a terminal of about 80 columns: no colours, no line break at the end. */
export function summarize(results: ResultsDocument): string {
  const { metrics, validity } = results;
  const isBounded = hasClientErrors(metrics);
  const figures = SINGLES.map(([id, statistic, unit]) => {
    const label = METRIC_TEXTS[id]?.label ?? id;
    return `${label.padEnd(26)}${singleText(findMetric(metrics, id, statistic), unit)}`;
  });
  return [
    `${results.run.name}: ${validity.verdict}`,
    outcomeText(results),
    '',
    latencyLine(isBounded ? 'ms ± client' : 'ms', STATISTICS, isBounded, () => undefined),
    ...LATENCIES.map(([id, from, label]) => {
      const cells = STATISTICS.map((statistic) => findMetric(metrics, id, statistic, from));
      return latencyLine(label, cells.map(cell), isBounded, (index) => cells[index]);
    }),
    '',
    ...figures,
    ...section(
      'Findings',
      validity.findings.map((finding) => `${finding.severity} ${finding.code}: ${finding.message}`),
    ),
    ...section('Objectives', results.slo.map(objectiveText)),
  ].join('\n');
}

function outcomeText({ outcomes, outcomeCodes }: ResultsDocument): string {
  const codes = Object.entries(outcomeCodes).sort(([, a], [, b]) => b - a);
  return `${outcomes.ok} of ${outcomes.offered} ok${codes.map(([code, count]) => ` · ${code} ${count}`).join('')}`;
}

function objectiveText({ verdict, objective, value, reason }: ResultsDocument['slo'][number]): string {
  const why = reason === null ? '' : ` (${reasonText(reason)})`;
  return `${verdict} ${objective}${value === null ? why : ` (${formatFigure(value, '')})`}`;
}

const CELL_WIDTH = 12;

function latencyLine(
  label: string,
  texts: readonly string[],
  isBounded: boolean,
  metricAt: (index: number) => Metric | undefined,
): string {
  const cells = texts.map((text, index) =>
    isBounded
      ? besideClientError(text.padStart(CELL_WIDTH + 1 - CLIENT_ERROR_WIDTH), metricAt(index))
      : text.padStart(CELL_WIDTH),
  );
  return `${label.padEnd(24)}${cells.join('')}`.trimEnd();
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** A missing figure is a dash, never 0. */
function cell(metric: Metric | undefined): string {
  return metric?.state === 'measured' ? formatFigure(metric.value, metric.unit) : '–';
}

function singleText(metric: Metric | undefined, unit: string): string {
  if (metric === undefined) return '–';
  if (metric.state === 'unavailable') return `– (${reasonText(metric.reason)})`;
  const interval = formatInterval(metric);
  const value = `${formatFigure(metric.value, metric.unit)}${unit === '' ? '' : ` ${unit}`}`;
  return interval === undefined ? value : `${value}  [${interval}]`;
}
