import type { Metric, ResultsDocument, RunDocument } from '@assay/contracts';
import { escapeHtml } from './escape.ts';
import { clientErrorNote, identify, term } from './headline.ts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { findMetric, formatFigure, formatInterval } from './number-text.ts';

const STATISTICS: readonly Metric['statistic'][] = [
  'mean',
  'min',
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  'stddev',
];
const ROWS: readonly (readonly [string, 'scheduled' | 'sent' | undefined])[] = [
  ['ttft_ms', 'scheduled'],
  ['ttft_ms', 'sent'],
  ['ttfa_ms', 'scheduled'],
  ['ttfa_ms', 'sent'],
  ['itl_ms', undefined],
  ['tpot_ms', undefined],
  ['e2e_latency_ms', 'scheduled'],
  ['e2e_latency_ms', 'sent'],
  ['send_lag_ms', undefined],
  ['connect_ms', undefined],
  ['input_tokens', undefined],
  ['output_tokens', undefined],
];

/** All distributions with all statistics. */
export function statisticsTable({ metrics }: ResultsDocument): string {
  const rows = ROWS.map(([id, from]) => {
    const cells = STATISTICS.map((statistic) => cell(findMetric(metrics, id, statistic, from)));
    const unit = id.endsWith('_ms') ? 'ms' : 'tokens';
    const start = from === undefined ? '' : `, from ${from === 'sent' ? 'send' : 'schedule'}`;
    return `<tr><th scope="row">${term(id)}<small>${unit}${start}</small></th>${cells.join('')}</tr>`;
  });
  const head = STATISTICS.map((statistic) => `<th scope="col">${statistic}</th>`).join('');
  return wrap(`<thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody>`, 'numbers');
}

function cell(metric: Metric | undefined): string {
  if (metric?.state !== 'measured') {
    const why = metric === undefined ? 'not in the results' : reasonText(metric.reason);
    return `<td class="none" title="${escapeHtml(why)}">–</td>`;
  }
  const interval = formatInterval(metric);
  const title = `${metric.value} ${metric.unit}, ${metric.samples} samples`;
  return `<td ${identify(metric)} title="${escapeHtml(title)}">${formatFigure(metric.value, metric.unit)}${interval === undefined ? '' : `<small>${interval}</small>`}${clientErrorNote(metric, 'small', '')}</td>`;
}

const KINDS = ['ok', 'http', 'timeout', 'network', 'protocol', 'aborted', 'dropped'] as const;

/** How the offered requests ended, and the codes behind what failed. */
export function outcomeTable({ outcomes, outcomeCodes }: ResultsDocument): string {
  const share = (count: number): string =>
    outcomes.offered === 0 ? '–' : `${((100 * count) / outcomes.offered).toFixed(2)} %`;
  const row = (name: string, count: number, kind = ''): string =>
    `<tr class="${kind}"><th scope="row">${escapeHtml(name)}</th><td data-outcome="${escapeHtml(name)}">${count}</td><td>${share(count)}</td></tr>`;
  const kinds = KINDS.filter((kind) => outcomes[kind] > 0).map((kind) =>
    row(kind, outcomes[kind], kind === 'ok' ? '' : 'bad'),
  );
  const codes = Object.entries(outcomeCodes)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => row(code, count, 'code'));
  return wrap(
    `<thead><tr><td></td><th scope="col">requests</th><th scope="col">share</th></tr></thead><tbody>${row('offered', outcomes.offered)}${kinds.join('')}${codes.join('')}</tbody>`,
    'outcomes',
  );
}

/** The resolved configuration with the origin of each value. */
export function configurationTable(run: RunDocument): string {
  const rows = Object.entries(run.config).map(([key, value]) => {
    const origin = run.origins[key] ?? 'default';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `<tr><th scope="row">${escapeHtml(key)}</th><td><code>${escapeHtml(text)}</code></td><td><span class="origin ${origin === 'default' ? '' : 'set'}">${escapeHtml(origin)}</span></td></tr>`;
  });
  return wrap(
    `<thead><tr><th scope="col">key</th><th scope="col">value</th><th scope="col">origin</th></tr></thead><tbody>${rows.join('')}</tbody>`,
    'config',
  );
}

/** Definitions of all metrics; the target of every term's description. */
export function definitionList(): string {
  const entries = Object.entries(METRIC_TEXTS).map(
    ([id, { label, definition }]) =>
      `<div><dt>${escapeHtml(label)} <code>${id}</code></dt><dd id="def-${id}">${escapeHtml(definition)}</dd></div>`,
  );
  return `<dl class="definitions">${entries.join('')}</dl>`;
}

const wrap = (body: string, kind: string): string => scrollTable(body, kind, kind);

/** A table that scrolls by itself where the page is narrow, with the keyboard too. */
export function scrollTable(body: string, kind: string, label: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="${kind}">${body}</table></div>`;
}
