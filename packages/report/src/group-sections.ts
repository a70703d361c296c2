import type { Metric, ResultsDocument } from '@assay/contracts';
import { escapeHtml } from './escape.ts';
import {
  columnsOf,
  type Group,
  type GroupColumn,
  SESSION_ROWS,
  SESSION_STATISTICS,
  sessionCountText,
  tenantsOf,
  turnsOf,
} from './group-columns.ts';
import { term } from './headline.ts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { findMetric, formatCount, formatFigure, formatInterval } from './number-text.ts';
import { scrollTable } from './tables.ts';

const INTERVALS = 'Below each figure its 95 % interval.';

/** Sections about tenants and conversations; nothing where a run has none. */
export function groupSections(results: ResultsDocument): string {
  return `${tenantSection(tenantsOf(results))}${sessionSection(results.sessions)}`;
}

function tenantSection(groups: readonly Group[]): string {
  if (groups.length === 0) return '';
  return `<section><h2>Tenants</h2><p class="note">Figures of each tenant by itself. ${INTERVALS}</p>${groupTable('tenant', 'tenants', groups)}</section>`;
}

function sessionSection(sessions: ResultsDocument['sessions']): string {
  if (sessions === undefined) return '';
  const note = `${sessionCountText(sessions)}. In a complete one every turn was offered and ended ok; the times below are theirs. ${INTERVALS}`;
  const turns = turnsOf(sessions);
  const byTurn =
    turns.length === 0
      ? ''
      : `<h3>By turn</h3><p class="note">The first request of every session, the second one, and so on.</p>${groupTable('turn', 'turns of sessions', turns)}`;
  return `<section><h2>Sessions</h2><p class="note">${note}</p>${wholeTable(sessions)}${byTurn}</section>`;
}

function wholeTable({ metrics }: NonNullable<ResultsDocument['sessions']>): string {
  const heads = SESSION_STATISTICS.map((statistic) => `<th scope="col">${statistic}</th>`).join('');
  const rows = SESSION_ROWS.map(([label, id]) => {
    const cells = SESSION_STATISTICS.map((statistic) => cell('sessions', id, statistic, metrics));
    return `<tr><th scope="row">${label}</th>${cells.join('')}</tr>`;
  });
  return scrollTable(
    `<thead><tr><td></td>${heads}</tr></thead><tbody>${rows.join('')}</tbody>`,
    'groups',
    'whole sessions',
  );
}

function groupTable(what: string, label: string, groups: readonly Group[]): string {
  const columns = columnsOf(groups);
  const rows = groups.map((group) => row(group, columns));
  return scrollTable(`${head(what, columns)}<tbody>${rows.join('')}</tbody>`, 'groups', label);
}

/** Statistics of one figure stand below its name. */
function head(what: string, columns: readonly GroupColumn[]): string {
  const titles = [...new Map(columns.map((column) => [column.title, column])).values()];
  const upper = titles.map(({ title, id }) => {
    const span = columns.filter((column) => column.title === title).length;
    const name = METRIC_TEXTS[id] === undefined ? escapeHtml(title) : term(id, title);
    return span === 1
      ? `<th scope="col" rowspan="2">${name}</th>`
      : `<th scope="colgroup" colspan="${span}">${name}</th>`;
  });
  const lower = columns
    .filter(({ title }) => columns.filter((column) => column.title === title).length > 1)
    .map(({ statistic }) => `<th scope="col">${statistic}</th>`);
  return `<thead><tr><th scope="col" rowspan="2">${what}</th><th scope="col" rowspan="2">requests</th><th scope="col" rowspan="2">not ok</th>${upper.join('')}</tr><tr>${lower.join('')}</tr></thead>`;
}

function row({ name, outcomes, metrics }: Group, columns: readonly GroupColumn[]): string {
  const counts =
    outcomes === undefined
      ? missing('not in these results').repeat(2)
      : `<td>${formatCount(outcomes.offered)}</td><td${outcomes.failed > 0 ? ' class="fail"' : ''}>${formatCount(outcomes.failed)}</td>`;
  const cells = columns.map(({ id, statistic }) => cell(name, id, statistic, metrics));
  return `<tr><th scope="row">${escapeHtml(name)}</th>${counts}${cells.join('')}</tr>`;
}

function cell(group: string, id: string, statistic: Metric['statistic'], metrics: readonly Metric[]): string {
  const metric = findMetric(metrics, id, statistic);
  if (metric?.state !== 'measured')
    return missing(metric === undefined ? 'not in the results' : reasonText(metric.reason));
  const interval = formatInterval(metric);
  const found = `data-group="${escapeHtml(group)}" data-figure="${escapeHtml(id)}.${statistic}" data-value="${metric.value}"`;
  const title = `${metric.value} ${metric.unit}, ${metric.samples} samples`;
  return `<td ${found} title="${escapeHtml(title)}">${formatFigure(metric.value, metric.unit)}${interval === undefined ? '' : `<small>${interval}</small>`}</td>`;
}

/** A dash says why to those who hover and to those who listen. */
function missing(why: string): string {
  return `<td class="none" title="${escapeHtml(why)}"><span aria-hidden="true">–</span><span class="unseen">${escapeHtml(why)}</span></td>`;
}
