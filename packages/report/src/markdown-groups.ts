import type { Metric, ResultsDocument } from '@assay/contracts';
import { findMetric, formatFigure } from './number-text.ts';

type Column = readonly [head: string, id: string, statistic: Metric['statistic']];

const TENANT_COLUMNS: readonly Column[] = [
  ['TTFT p50, ms', 'ttft_ms', 'p50'],
  ['TTFT p99, ms', 'ttft_ms', 'p99'],
  ['end to end p50, ms', 'e2e_latency_ms', 'p50'],
  ['req/s', 'requests_per_second', 'rate'],
  ['tokens/s', 'output_tokens_per_second', 'rate'],
  ['error ratio', 'error_ratio', 'ratio'],
];
const SESSION_COLUMNS: readonly Column[] = [
  ['mean', '', 'mean'],
  ['p50', '', 'p50'],
  ['p99', '', 'p99'],
];
const SESSION_ROWS: readonly (readonly [label: string, id: string])[] = [
  ['whole session, ms', 'session_duration_ms'],
  ['waiting in it, ms', 'session_waiting_ms'],
  ['turns', 'session_turns'],
];

/** Tables of tenants and of conversations, where a run has them. */
export function groupRows({ tenants = [], sessions }: ResultsDocument): readonly string[] {
  return [
    ...(tenants.length === 0
      ? []
      : table(
          ['tenant', 'requests', ...TENANT_COLUMNS.map(([head]) => head)],
          tenants.map(({ tenant, outcomes, metrics }) => [
            tenant ?? 'all others',
            String(outcomes['offered'] ?? 0),
            ...TENANT_COLUMNS.map(([, id, statistic]) => text(metrics, id, statistic)),
          ]),
        )),
    ...(sessions === undefined
      ? []
      : table(
          [`${sessions.sessions} sessions`, ...SESSION_COLUMNS.map(([head]) => head)],
          [
            ...SESSION_ROWS.map(([label, id]) => row(label, id, sessions.metrics)),
            ...sessions.turns.map(({ turn, metrics }) => row(`TTFT of turn ${turn + 1}, ms`, 'ttft_ms', metrics)),
          ],
        )),
  ];
}

const row = (label: string, id: string, metrics: readonly Metric[]): readonly string[] => [
  label,
  ...SESSION_COLUMNS.map(([, , statistic]) => text(metrics, id, statistic)),
];

function text(metrics: readonly Metric[], id: string, statistic: Metric['statistic']): string {
  const metric = findMetric(metrics, id, statistic);
  return metric?.state === 'measured' ? formatFigure(metric.value, metric.unit) : '–';
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
