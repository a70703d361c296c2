import type { Metric, ResultsDocument } from '@assay/contracts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { findMetric, formatFigure, formatInterval } from './number-text.ts';

/** What a terminal shows of a run, without colours: the CLI decides about those. */
export interface TerminalSummary {
  readonly headline: string;
  readonly header: readonly string[];
  /** Latency rows: label, then one cell per statistic of `header`. */
  readonly rows: readonly (readonly string[])[];
  /** Label and text of the single figures. */
  readonly figures: readonly (readonly [label: string, text: string])[];
  readonly outcomes: string;
  readonly findings: readonly string[];
  readonly objectives: readonly string[];
}

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

/** The summary of a results document as plain texts. */
export function summarize(results: ResultsDocument): TerminalSummary {
  const { outcomes, metrics, validity } = results;
  const codes = Object.entries(results.outcomeCodes).sort(([, a], [, b]) => b - a);
  return {
    headline: `${results.run.name}: ${validity.verdict}`,
    header: ['ms', ...STATISTICS],
    rows: LATENCIES.map(([id, from, label]) => [
      label,
      ...STATISTICS.map((statistic) => cell(findMetric(metrics, id, statistic, from))),
    ]),
    figures: SINGLES.map(([id, statistic, unit]) => [
      METRIC_TEXTS[id]?.label ?? id,
      singleText(findMetric(metrics, id, statistic), unit),
    ]),
    outcomes: `${outcomes.ok} of ${outcomes.offered} ok${codes.map(([code, count]) => ` · ${code} ${count}`).join('')}`,
    findings: validity.findings.map((finding) => `${finding.severity} ${finding.code}: ${finding.message}`),
    objectives: results.slo.map(({ verdict, objective, value, reason }) => {
      const said =
        value === null ? (reason === null ? '' : ` (${reasonText(reason)})`) : ` (${formatFigure(value, '')})`;
      return `${verdict} ${objective}${said}`;
    }),
  };
}

/** The summary as lines of at most about 80 columns. */
export function summaryLines(results: ResultsDocument): string[] {
  const summary = summarize(results);
  const line = (cells: readonly string[]): string =>
    cells.map((text, index) => (index === 0 ? text.padEnd(24) : text.padStart(12))).join('');
  return [
    summary.headline,
    summary.outcomes,
    '',
    line(summary.header),
    ...summary.rows.map(line),
    '',
    ...summary.figures.map(([label, text]) => `${label.padEnd(26)}${text}`),
    ...section('Findings', summary.findings),
    ...section('Objectives', summary.objectives),
  ];
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
