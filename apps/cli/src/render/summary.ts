import type { Metric, ResultsDocument } from '@assay/contracts';
import { besideClientError, CLIENT_ERROR_WIDTH, hasClientErrors } from '@assay/report';
import { groupTables } from './group-tables.ts';

/** A text of a column, with the bound of the client's own error where the figure has one. */
type Cell = (text: string, metric: Metric | undefined) => string;
type Row = readonly [label: string, id: string, from: 'scheduled' | 'sent' | undefined];

const LATENCIES: readonly Row[] = [
  ['time to first token', 'ttft_ms', 'scheduled'],
  ['  from the send', 'ttft_ms', 'sent'],
  ['first answer token', 'ttfa_ms', 'scheduled'],
  ['between tokens', 'itl_ms', undefined],
  ['whole request', 'e2e_latency_ms', 'scheduled'],
  ['whole request, from send', 'e2e_latency_ms', 'sent'],
  ['send lag', 'send_lag_ms', undefined],
];
const STATISTICS = ['mean', 'p50', 'p90', 'p99'] as const;
const SINGLES: readonly (readonly [string, string, string])[] = [
  ['requests per second', 'requests_per_second', ''],
  ['output tokens per second', 'output_tokens_per_second', ''],
  ['good requests per second', 'goodput_requests_per_second', ''],
  ['embeddings per second', 'embeddings_per_second', ''],
  ['valid structured answers', 'structured_valid_ratio', ''],
  ['answers with a tool call', 'tool_call_ratio', ''],
  ['valid tool calls', 'tool_call_valid_ratio', ''],
  ['error ratio', 'error_ratio', ''],
];
const LABEL_WIDTH = 26;
const CELL_WIDTH = 12;
const BOUNDED_FIGURE_WIDTH = CELL_WIDTH + 1 - CLIENT_ERROR_WIDTH;

/** The results as a person reads them in a terminal of 80 columns. */
export function renderSummary(results: ResultsDocument, runDirectory: string | undefined): string {
  const isBounded = hasClientErrors(results.metrics);
  const cell: Cell = (text, metric) =>
    isBounded ? besideClientError(text.padStart(BOUNDED_FIGURE_WIDTH), metric) : text.padStart(CELL_WIDTH);
  const head = isBounded ? 'latency, ms ± client' : 'latency, ms';
  const lines = [
    ...outcomeLines(results),
    '',
    `${head.padEnd(LABEL_WIDTH)}${STATISTICS.map((name) => cell(name, undefined)).join('')}`.trimEnd(),
    ...LATENCIES.flatMap((row) => latencyLine(results.metrics, row, cell)),
    '',
    ...SINGLES.flatMap(([label, id]) => singleLine(results.metrics, label, id)),
    ...groupTables(results, figureOf),
    '',
    ...validityLines(results),
    ...sloLines(results),
  ];
  if (runDirectory !== undefined) lines.push('', `written to ${runDirectory} (open report.html)`);
  return `${lines.join('\n')}\n`;
}

function outcomeLines({ outcomes, outcomeCodes }: ResultsDocument): readonly string[] {
  const failed = outcomes.offered - outcomes.ok;
  const lines = [`${outcomes.offered} requests offered, ${outcomes.ok} ok, ${failed} not ok`];
  // A table of dashes could pass for a quiet server.
  if (outcomes.ok === 0) lines.unshift('NOTHING WAS MEASURED: no request succeeded', '');
  const codes = Object.entries(outcomeCodes).sort(([, a], [, b]) => b - a);
  if (codes.length > 0) lines.push(`  ${codes.map(([code, count]) => `${code} ${count}`).join(', ')}`);
  return lines;
}

function find(
  metrics: readonly Metric[],
  id: string,
  statistic: string | undefined,
  from: string | undefined,
): Metric | undefined {
  return metrics.find(
    (metric) =>
      metric.id === id &&
      (statistic === undefined || metric.statistic === statistic) &&
      (from === undefined || metric.from === from),
  );
}

function latencyLine(metrics: readonly Metric[], [label, id, from]: Row, cell: Cell): readonly string[] {
  const cells = STATISTICS.map((statistic) => find(metrics, id, statistic, from));
  if (cells.every((metric) => metric === undefined)) return [];
  if (id === 'ttfa_ms' && !isAnswerLater(metrics)) return [];
  if (id === 'e2e_latency_ms' && isScheduled(metrics) === (from === 'sent')) return [];
  return [`${label.padEnd(LABEL_WIDTH)}${cells.map((metric) => cell(figureOf(metric), metric)).join('')}`.trimEnd()];
}

/** Where nothing reasons, the first answer token is the first token, and saying it twice tells nothing. */
function isAnswerLater(metrics: readonly Metric[]): boolean {
  const [answer, first] = ['ttfa_ms', 'ttft_ms'].map((id) => find(metrics, id, 'mean', 'scheduled'));
  return answer?.state === 'measured' && (first?.state !== 'measured' || answer.value !== first.value);
}

/** False for imported results, whose tools tell no schedule: they have the latency from the send alone. */
function isScheduled(metrics: readonly Metric[]): boolean {
  const whole = find(metrics, 'e2e_latency_ms', 'mean', 'scheduled');
  return whole?.state !== 'unavailable' || whole.reason !== 'SCHEDULE_UNKNOWN';
}

/** A figure, or the sign that there is none: never 0 in its place. */
function figureOf(metric: Metric | undefined): string {
  return metric?.state === 'measured' ? format(metric.value) : 'n/a';
}

function format(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return value.toPrecision(2);
  return size >= 1000 ? value.toFixed(0) : size >= 100 ? value.toFixed(1) : value.toFixed(2);
}

function singleLine(metrics: readonly Metric[], label: string, id: string): readonly string[] {
  const metric = find(metrics, id, undefined, undefined);
  // Without an objective nothing is good or bad: no line is clearer than a missing figure.
  if (metric === undefined || (metric.state === 'unavailable' && metric.reason === 'NO_SLO')) return [];
  if (metric.state !== 'measured')
    return [`${label.padEnd(LABEL_WIDTH)}${'n/a'.padStart(CELL_WIDTH)}   ${metric.reason}`];
  const interval =
    metric.interval === undefined || metric.interval === null
      ? ''
      : `   ${format(metric.interval.low)} … ${format(metric.interval.high)} (${Math.round(metric.interval.level * 100)} %)`;
  return [`${label.padEnd(LABEL_WIDTH)}${format(metric.value).padStart(CELL_WIDTH)}${interval}`];
}

function validityLines({ validity }: ResultsDocument): readonly string[] {
  const findings = validity.findings.map((finding) => `  ${finding.severity} ${finding.code}: ${finding.message}`);
  return [`validity: ${validity.verdict}`, ...findings];
}

function sloLines({ slo }: ResultsDocument): readonly string[] {
  return (slo ?? []).map((verdict) => `slo ${verdict.verdict.padEnd(8)}${verdict.objective}`);
}
