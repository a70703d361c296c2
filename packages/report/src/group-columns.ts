import type { Metric, ResultsDocument } from '@assay/contracts';
import { findMetric, formatCount } from './number-text.ts';

/** Requests of a run that the report shows in a row of their own. */
export interface Group {
  readonly name: string;
  /** `undefined` in results of versions that did not count them. */
  readonly outcomes: { readonly offered: number; readonly failed: number } | undefined;
  readonly metrics: readonly Metric[];
}

export interface GroupColumn {
  readonly id: string;
  readonly statistic: Metric['statistic'];
  /** What the figure is, without its statistic. */
  readonly title: string;
}

const LATENCIES = [
  ['TTFT, ms', 'ttft_ms'],
  ['inter-token, ms', 'itl_ms'],
  ['end to end, ms', 'e2e_latency_ms'],
] as const;
const RATES = [
  ['requests/s', 'requests_per_second', 'rate'],
  ['tokens/s', 'output_tokens_per_second', 'rate'],
  ['goodput/s', 'goodput_requests_per_second', 'rate'],
  ['errors', 'error_ratio', 'ratio'],
] as const;
const COLUMNS: readonly GroupColumn[] = [
  ...LATENCIES.flatMap(([title, id]) => (['p50', 'p99'] as const).map((statistic) => ({ id, statistic, title }))),
  ...RATES.map(([title, id, statistic]) => ({ id, statistic, title })),
];

/** Columns for these groups: none for a figure that nobody asked for, or that older results lack. */
export function columnsOf(groups: readonly Group[]): readonly GroupColumn[] {
  return COLUMNS.filter(({ id, statistic }) =>
    groups.some(({ metrics }) => {
      const metric = findMetric(metrics, id, statistic);
      return metric?.state === 'measured' || (metric !== undefined && metric.reason !== 'NO_SLO');
    }),
  );
}

/** Its tenants, where a run has them. */
export function tenantsOf({ tenants = [] }: ResultsDocument): readonly Group[] {
  return tenants.map(({ tenant, outcomes, metrics }) => ({
    name: tenant ?? 'all others',
    outcomes: countsOf(outcomes),
    metrics,
  }));
}

/** The first turn of all conversations, the second one, and so on. */
export function turnsOf({ turns }: NonNullable<ResultsDocument['sessions']>): readonly Group[] {
  return turns.map(({ turn, outcomes, metrics }) => ({
    name: `turn ${turn + 1}`,
    outcomes: outcomes === undefined ? undefined : countsOf(outcomes),
    metrics,
  }));
}

function countsOf({ offered = 0, ok = 0 }: Readonly<Record<string, number>>): Group['outcomes'] {
  return { offered, failed: offered - ok };
}

/** Figures of whole conversations. */
export const SESSION_ROWS: readonly (readonly [label: string, id: string])[] = [
  ['whole session, ms', 'session_duration_ms'],
  ['waiting in it, ms', 'session_waiting_ms'],
  ['turns', 'session_turns'],
];
export const SESSION_STATISTICS: readonly Metric['statistic'][] = ['mean', 'p50', 'p90', 'p99'];

/** How many conversations there were, in words. */
export function sessionCountText({ sessions, complete }: NonNullable<ResultsDocument['sessions']>): string {
  const whole = complete === null ? '' : `, ${formatCount(complete)} complete`;
  return `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}${whole}`;
}
