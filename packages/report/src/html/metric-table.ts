import type { Metric } from '@assay/contracts';
import { formatInterval, formatMetric, formatUnit } from '../figure.ts';
import { defineMetric } from '../metric-definition.ts';
import { panel, type TermMaker, table } from './element.ts';
import { escapeHtml } from './escape.ts';
import { identify } from './headline.ts';

const STATISTICS = ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'min', 'max', 'stddev'] as const;

/** Every figure of the document: distributions in one table, single figures in another. */
export function renderMetricTables(metrics: readonly Metric[], terms: TermMaker): string {
  const groups = groupMetrics(metrics);
  const isSpread = (group: readonly Metric[]): boolean => group.some(({ statistic }) => statistic.startsWith('p'));
  const spread = groups.filter(isSpread).map((group) => renderRow(group, terms));
  const single = groups
    .filter((group) => !isSpread(group))
    .flatMap((group) => group.map((one) => renderSingle(one, terms)));
  const singleTable = table(['', 'figure', 'interval', 'samples'], single, true);
  return (
    panel('Distributions', table(['', ...STATISTICS, 'samples'], spread, true)) +
    (single.length === 0 ? '' : panel('Rates and ratios', singleTable))
  );
}

/** Metrics of one id and one start of latency belong together, in the order of the document. */
export function groupMetrics(metrics: readonly Metric[]): readonly (readonly Metric[])[] {
  const groups = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const key = `${metric.id}|${metric.from ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [metric]);
    else group.push(metric);
  }
  return [...groups.values()];
}

/** Name of a group: label, where the latency starts, unit. */
export function describeGroup(metric: Metric): string {
  const from = metric.from === 'sent' ? ' from the send' : '';
  const unit = formatUnit(metric.unit);
  return `${defineMetric(metric.id).label}${from}${unit === '' ? '' : `, ${unit}`}`;
}

function renderRow(group: readonly Metric[], terms: TermMaker): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const cells = STATISTICS.map((statistic) => {
    const metric = group.find((one) => one.statistic === statistic);
    return metric === undefined ? '<td></td>' : renderCell(metric, terms);
  });
  const samples = group.find((metric) => metric.state === 'measured')?.samples ?? first.samples ?? 0;
  return [terms.term(describeGroup(first), defineMetric(first.id).definition), ...cells, String(samples)];
}

function renderCell(metric: Metric, terms: TermMaker): string {
  if (metric.state !== 'measured') return `<td${identify(metric)}>${terms.term('n/a', metric.reason)}</td>`;
  const { interval } = metric;
  const range = interval === undefined ? '' : `<span class="interval">${formatInterval(metric) ?? ''}</span>`;
  return `<td${identify(metric)}>${formatMetric(metric)}${range}</td>`;
}

function renderSingle(metric: Metric, terms: TermMaker): readonly string[] {
  const name = `${describeGroup(metric)}${metric.statistic === 'mean' ? ', mean' : ''}`;
  return [
    terms.term(name, defineMetric(metric.id).definition),
    metric.state === 'measured'
      ? `<td${identify(metric)}>${formatMetric(metric)}</td>`
      : `<td${identify(metric)}>n/a <span class="interval">${escapeHtml(metric.reason)}</span></td>`,
    formatInterval(metric) ?? '',
    metric.samples === undefined ? '' : String(metric.samples),
  ];
}
