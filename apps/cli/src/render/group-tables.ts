import type { Metric, ResultsDocument } from '@assay/contracts';

/** How a figure of a cell is written. */
type Write = (metric: Metric | undefined) => string;

type Column = readonly [head: string, id: string, statistic: Metric['statistic']];

const TENANT_WIDTH = 20;
const SESSION_WIDTH = 26;
const CELL_WIDTH = 10;
/** More rows would push the verdict off the screen; results.json has all. */
const MOST_ROWS = 12;
const TENANT_COLUMNS: readonly Column[] = [
  ['TTFT p50', 'ttft_ms', 'p50'],
  ['p99', 'ttft_ms', 'p99'],
  ['req/s', 'requests_per_second', 'rate'],
  ['tokens/s', 'output_tokens_per_second', 'rate'],
  ['errors', 'error_ratio', 'ratio'],
];
const TURN_COLUMNS: readonly Column[] = [
  ['TTFT mean', 'ttft_ms', 'mean'],
  ['p50', 'ttft_ms', 'p50'],
  ['p99', 'ttft_ms', 'p99'],
];
const SESSION_ROWS: readonly (readonly [label: string, id: string])[] = [
  ['whole session, ms', 'session_duration_ms'],
  ['waiting in it, ms', 'session_waiting_ms'],
];
const SESSION_STATISTICS = ['mean', 'p50', 'p99'] as const;

/** Figures of tenants and of conversations, where a run has them; a line of space before each table. */
export function groupTables(results: ResultsDocument, write: Write): readonly string[] {
  return [...tenantTable(results, write), ...sessionTables(results, write)];
}

function tenantTable({ tenants = [] }: ResultsDocument, write: Write): readonly string[] {
  if (tenants.length === 0) return [];
  const heads = ['requests', ...TENANT_COLUMNS.map(([head]) => head)];
  const rows = tenants.map(({ tenant, outcomes, metrics }) =>
    line(TENANT_WIDTH, tenant ?? 'all others', [
      String(outcomes['offered'] ?? 0),
      ...cellsOf(TENANT_COLUMNS, metrics, write),
    ]),
  );
  return ['', line(TENANT_WIDTH, 'tenant', heads), ...cut(rows, 'tenants')];
}

function sessionTables({ sessions }: ResultsDocument, write: Write): readonly string[] {
  if (sessions === undefined) return [];
  const { complete, turns, metrics } = sessions;
  const whole = complete === null ? '' : `, ${complete} whole`;
  const rows = turns.map((turn) =>
    line(SESSION_WIDTH, `turn ${turn.turn + 1}`, cellsOf(TURN_COLUMNS, turn.metrics, write)),
  );
  return [
    '',
    line(SESSION_WIDTH, `${sessions.sessions} sessions${whole}`, SESSION_STATISTICS),
    ...SESSION_ROWS.map(([label, id]) =>
      line(
        SESSION_WIDTH,
        label,
        SESSION_STATISTICS.map((statistic) => write(find(metrics, id, statistic))),
      ),
    ),
    line(
      SESSION_WIDTH,
      '',
      TURN_COLUMNS.map(([head]) => head),
    ),
    ...cut(rows, 'turns'),
  ];
}

const find = (metrics: readonly Metric[], id: string, statistic: Metric['statistic']): Metric | undefined =>
  metrics.find((metric) => metric.id === id && metric.statistic === statistic);

const cellsOf = (columns: readonly Column[], metrics: readonly Metric[], write: Write): readonly string[] =>
  columns.map(([, id, statistic]) => write(find(metrics, id, statistic)));

function line(width: number, label: string, cells: readonly string[]): string {
  const short = label.length < width ? label : `${label.slice(0, width - 2)}…`;
  return `${short.padEnd(width)}${cells.map((text) => text.padStart(CELL_WIDTH)).join('')}`;
}

function cut(rows: readonly string[], what: string): readonly string[] {
  if (rows.length <= MOST_ROWS) return rows;
  return [...rows.slice(0, MOST_ROWS), `${rows.length - MOST_ROWS} more ${what} in results.json`];
}
