import type { Metric } from '@assay/contracts';

/** A figure that was measured. */
export type MeasuredMetric = Extract<Metric, { readonly state: 'measured' }>;

/** Where a latency starts. */
export type LatencyOrigin = 'scheduled' | 'sent';

/** The metric of that id and statistic; `from` undefined takes the first. */
export function findMetric(
  metrics: readonly Metric[],
  id: string,
  statistic: string | undefined,
  from: LatencyOrigin | undefined,
): Metric | undefined {
  return metrics.find(
    (metric) =>
      metric.id === id &&
      (statistic === undefined || metric.statistic === statistic) &&
      (from === undefined || metric.from === from),
  );
}

/** A number for people: about four significant digits, grouped thousands, never more precise than useful. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1);
  if (size < 0.1) return value.toPrecision(2);
  if (Number.isInteger(value) || size >= 1000) return groupThousands(Math.round(value));
  return size >= 100 ? value.toFixed(1) : value.toFixed(2);
}

function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A metric for people; `n/a` where there is no figure, never 0 in its place. */
export function formatMetric(metric: Metric | undefined): string {
  return metric?.state === 'measured' ? formatNumber(metric.value) : 'n/a';
}

/** The interval of a metric for people, or undefined where it has none. */
export function formatInterval(metric: Metric | undefined): string | undefined {
  if (metric?.state !== 'measured' || metric.interval === undefined) return undefined;
  const { low, high, level } = metric.interval;
  return `${formatNumber(low)} … ${formatNumber(high)} (${formatNumber(level * 100)} %)`;
}

/** Unit for people: ratios and bare counts have none. */
export function formatUnit(unit: string): string {
  return unit === 'ratio' || unit === '1' || unit === 'count' ? '' : unit;
}
