import type { Metric, ResultsDocument } from '@assay/contracts';
import { clientErrorText } from './client-error-text.ts';
import { escapeHtml } from './escape.ts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { findMetric, formatFigure, formatInterval } from './number-text.ts';

type Spec = readonly [
  id: string,
  from: 'scheduled' | undefined,
  unit: string,
  statistics: readonly [Metric['statistic'], ...Metric['statistic'][]],
];

const CARDS: readonly Spec[] = [
  ['ttft_ms', 'scheduled', 'ms', ['p50', 'p99']],
  ['itl_ms', undefined, 'ms', ['p50', 'p99']],
  ['e2e_latency_ms', 'scheduled', 'ms', ['p50', 'p99']],
  ['output_tokens_per_second', undefined, 'tok/s', ['rate']],
  ['requests_per_second', undefined, 'req/s', ['rate']],
  ['goodput_requests_per_second', undefined, 'req/s', ['rate']],
  ['error_ratio', undefined, '', ['ratio']],
  ['concurrency', undefined, '', ['mean', 'max']],
];
/** Cards of results that have such figures. */
const MORE_CARDS: readonly Spec[] = [
  ['littles_law_residual', undefined, '', ['ratio']],
  ['structured_valid_ratio', undefined, '', ['ratio']],
  ['tool_call_valid_ratio', undefined, '', ['ratio']],
  ['embeddings_per_second', undefined, '1/s', ['rate']],
];

/** The figures that matter most, each with its interval or the reason there is none. */
export function headlineCards({ metrics }: ResultsDocument): string {
  const more = MORE_CARDS.filter(([id, , , [statistic]]) => findMetric(metrics, id, statistic) !== undefined);
  const cards = [...CARDS, ...more].map(([id, from, unit, statistics]) => {
    const figures = statistics.map((statistic) => figure(findMetric(metrics, id, statistic, from), statistic, unit));
    return `<article class="card"><h3>${term(id)}</h3><div class="figures">${figures.join('')}</div></article>`;
  });
  return `<div class="cards">${cards.join('')}</div>`;
}

/** A metric's name, or another word for it, with its definition on hover and on focus. */
export function term(id: string, name?: string): string {
  const text = METRIC_TEXTS[id];
  if (text === undefined) return escapeHtml(name ?? id);
  const definition = escapeHtml(text.definition);
  return `<span class="term" tabindex="0" aria-describedby="def-${id}" data-definition="${definition}">${escapeHtml(name ?? text.label)}</span>`;
}

/** Attributes by which a test, or a person, finds a figure of the page again in results.json. */
export function identify(metric: Extract<Metric, { readonly state: 'measured' }>): string {
  return `data-metric="${escapeHtml(metric.id)}" data-statistic="${metric.statistic}" data-from="${metric.from ?? ''}" data-value="${metric.value}"`;
}

function figure(metric: Metric | undefined, statistic: string, unit: string): string {
  const name = statistic === 'rate' || statistic === 'ratio' ? '' : `<span class="stat">${statistic}</span>`;
  if (metric === undefined || metric.state === 'unavailable') {
    const why = metric === undefined ? 'not in the results' : reasonText(metric.reason);
    return `<div class="figure">${name}<span class="value none">–</span><span class="interval">${escapeHtml(why)}</span></div>`;
  }
  const interval = formatInterval(metric);
  const level =
    metric.interval === undefined
      ? ''
      : `${Math.round(metric.interval.level * 100)} % interval, ${metric.interval.method}, `;
  return `<div class="figure" title="${escapeHtml(`${level}${metric.samples} samples`)}">${name}<span class="value" ${identify(metric)}>${formatFigure(metric.value, metric.unit)}<small>${unit}</small></span><span class="interval">${interval ?? '&nbsp;'}</span>${clientErrorNote(metric, 'span', ' ms')}</div>`;
}

/** Small print below a latency: how much of it may be the client's own. */
export function clientErrorNote(metric: Metric, element: 'span' | 'small', unit: ' ms' | ''): string {
  const error = clientErrorText(metric);
  if (error === undefined) return '';
  const kind = error.isOverInterval ? 'client over' : 'client';
  return `<${element} class="${kind}" title="${escapeHtml(error.explanation)}">client ≤ ${error.bound}${unit}</${element}>`;
}
