import type { Metric, ResultsDocument } from '@assay/contracts';
import {
  columnsOf,
  type Group,
  SESSION_ROWS,
  SESSION_STATISTICS,
  sessionCountText,
  tenantsOf,
  turnsOf,
} from './group-columns.ts';
import { findMetric, formatFigure, formatInterval } from './number-text.ts';

/** Tables of tenants and of conversations, where a run has them; intervals stand in brackets. */
export function groupRows(results: ResultsDocument): readonly string[] {
  const { sessions } = results;
  return [
    ...groupTable('tenant', tenantsOf(results)),
    ...(sessions === undefined
      ? []
      : [
          ...table(
            [sessionCountText(sessions), ...SESSION_STATISTICS],
            SESSION_ROWS.map(([label, id]) => [
              label,
              ...SESSION_STATISTICS.map((statistic) => text(findMetric(sessions.metrics, id, statistic))),
            ]),
          ),
          ...groupTable('turn', turnsOf(sessions)),
        ]),
  ];
}

function groupTable(what: string, groups: readonly Group[]): readonly string[] {
  if (groups.length === 0) return [];
  const columns = columnsOf(groups);
  const heads = columns.map(({ title, statistic }) =>
    statistic === 'rate' || statistic === 'ratio' ? title : `${title} ${statistic}`,
  );
  return table(
    [what, 'requests', 'not ok', ...heads],
    groups.map(({ name, outcomes, metrics }) => [
      name,
      outcomes === undefined ? '–' : String(outcomes.offered),
      outcomes === undefined ? '–' : String(outcomes.failed),
      ...columns.map(({ id, statistic }) => text(findMetric(metrics, id, statistic))),
    ]),
  );
}

function text(metric: Metric | undefined): string {
  if (metric?.state !== 'measured') return '–';
  const interval = formatInterval(metric);
  return `${formatFigure(metric.value, metric.unit)}${interval === undefined ? '' : ` (${interval})`}`;
}

/** A name may hold anything. */
const cell = (value: string): string => value.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [
    '',
    lineOf(heads),
    `|---|${heads
      .slice(1)
      .map(() => '--:|')
      .join('')}`,
    ...rows.map(lineOf),
  ];
}
