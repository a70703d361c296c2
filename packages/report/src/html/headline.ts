import type { Metric } from '@assay/contracts';
import { findMetric, formatInterval, formatMetric, formatUnit, type LatencyOrigin } from '../figure.ts';
import { defineMetric } from '../metric-definition.ts';
import type { TermMaker } from './element.ts';
import { escapeHtml } from './escape.ts';

type Headline = readonly [id: string, statistic: string | undefined, from: LatencyOrigin | undefined, label: string];

const HEADLINES: readonly Headline[] = [
  ['ttft_ms', 'p50', 'scheduled', 'Time to first token, median'],
  ['ttft_ms', 'p99', 'scheduled', 'Time to first token, p99'],
  ['itl_ms', 'mean', undefined, 'Between tokens, mean'],
  ['e2e_latency_ms', 'p50', 'scheduled', 'Whole request, median'],
  ['requests_per_second', undefined, undefined, 'Requests per second'],
  ['output_tokens_per_second', undefined, undefined, 'Output tokens per second'],
  ['goodput_requests_per_second', undefined, undefined, 'Goodput'],
  ['error_ratio', undefined, undefined, 'Error ratio'],
];

/** The cards at the top: value, unit, interval, samples; the reason where there is no figure. */
export function renderHeadline(metrics: readonly Metric[], terms: TermMaker): string {
  const cards = HEADLINES.flatMap(([id, statistic, from, label]) => {
    const metric = findMetric(metrics, id, statistic, from);
    return metric === undefined ? [] : [renderCard(metric, label, terms)];
  });
  return `<div class="cards">${cards.join('')}</div>`;
}

function renderCard(metric: Metric, label: string, terms: TermMaker): string {
  const { definition } = defineMetric(metric.id);
  const name = terms.term(label, definition);
  if (metric.state !== 'measured')
    return `<div class="card missing"${identify(metric)}><div class="small">${name}</div><div class="value">n/a</div><div class="small muted">${escapeHtml(metric.reason)}</div></div>`;
  const interval = formatInterval(metric);
  return (
    `<div class="card"${identify(metric)}><div class="small">${name}</div>` +
    `<div class="value">${formatMetric(metric)} <span class="unit">${escapeHtml(formatUnit(metric.unit))}</span></div>` +
    `<div class="small muted">${interval ?? 'no interval'}</div>` +
    `<div class="small muted">${metric.samples} samples${metric.from === 'scheduled' ? ', from the due time' : ''}</div></div>`
  );
}

/** Attributes by which a test, or a person with a console, finds a figure again in results.json. */
export function identify(metric: Metric): string {
  const value = metric.state === 'measured' ? ` data-value="${metric.value}"` : '';
  return ` data-metric="${escapeHtml(metric.id)}" data-statistic="${escapeHtml(metric.statistic)}" data-from="${metric.from ?? ''}"${value}`;
}
