import type { Metric } from '@assay/contracts';

/** A number at three to four digits, never in exponent form where a person would not expect it. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (Number.isInteger(value) || size >= 1000) return grouped(Math.round(value));
  if (size >= 100) return value.toFixed(0).length > 3 ? value.toFixed(0) : value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return size >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

/** A count with its thousands apart. */
export function formatCount(count: number): string {
  return grouped(Math.round(count));
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `0.02` as `2 %`; other units as they are. */
export function formatFigure(value: number, unit: string): string {
  if (unit === 'ratio') return `${formatNumber(value * 100)} %`;
  return formatNumber(value);
}

/** The interval of a figure as text, or nothing. */
export function formatInterval(metric: Metric | undefined): string | undefined {
  if (metric?.state !== 'measured' || metric.interval === undefined) return undefined;
  const { low, high } = metric.interval;
  return `${formatFigure(low, metric.unit)} – ${formatFigure(high, metric.unit)}`;
}

/** The figure with that name, where the document has it. */
export function findMetric(
  metrics: readonly Metric[],
  id: string,
  statistic: Metric['statistic'],
  from?: 'scheduled' | 'sent',
): Metric | undefined {
  return metrics.find(
    (metric) => metric.id === id && metric.statistic === statistic && (from === undefined || metric.from === from),
  );
}
