import { type RequestRecord, schemas } from '@assay/contracts';
import { REQUEST_FIGURES } from '@assay/loadgen';
import type { ColumnType } from './column-type.ts';
import { columnsOfSchema } from './schema-columns.ts';

/** What a row tells of its run. */
export interface RowOrigin {
  /** Name that tells the runs of a file apart. */
  readonly run: string;
  readonly window: { readonly startMs: number; readonly endMs: number } | null;
}

/** A column of the exported requests. */
export interface RequestColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
  /** Meaning, with its unit. */
  readonly description: string;
  /** `null` or `undefined` where there is none. */
  readonly valueOf: (record: RequestRecord, origin: RowOrigin) => unknown;
}

const DOUBLE: ColumnType = { kind: 'double' };

const RUN_COLUMNS: readonly RequestColumn[] = [
  {
    name: 'run',
    type: { kind: 'string' },
    isNullable: false,
    description: 'Run the request belongs to.',
    valueOf: (_, { run }) => run,
  },
  {
    name: 'window_start_ms',
    type: DOUBLE,
    isNullable: true,
    description: 'Start of the measured window of the run; null where the run did not end by itself.',
    valueOf: (_, { window }) => window?.startMs,
  },
  {
    name: 'window_end_ms',
    type: DOUBLE,
    isNullable: true,
    description: 'End of the measured window of the run.',
    valueOf: (_, { window }) => window?.endMs,
  },
];

const FIGURE_TEXTS: Readonly<Record<keyof typeof REQUEST_FIGURES, string>> = {
  ttft_ms: 'Scheduled time to first token.',
  ttfa_ms: 'Scheduled time to first token that is not reasoning.',
  e2e_latency_ms: 'Scheduled time to last token, or to the end where nothing was streamed.',
  tpot_ms: 'Time per output token after the first read.',
};

const figureColumn = (id: keyof typeof REQUEST_FIGURES): RequestColumn => ({
  name: id,
  type: DOUBLE,
  isNullable: true,
  description: `${FIGURE_TEXTS[id]} As docs/metrics.md defines it; failed requests may have one.`,
  valueOf: (record) => REQUEST_FIGURES[id](record),
});

const US_PER_MS = 1000;
const everySecond = (values: readonly number[], from: 0 | 1): number[] =>
  values.filter((_, index) => index % 2 === from);

const ARRIVAL_COLUMNS: readonly RequestColumn[] = [
  {
    name: 'arrival_gaps_ms',
    type: { kind: 'list', element: DOUBLE },
    isNullable: false,
    description: 'For each read with content, milliseconds since the one before; the first, at first_token_ms, is 0.',
    valueOf: ({ arrivals }) => everySecond(arrivals, 0).map((gapUs) => gapUs / US_PER_MS),
  },
  {
    name: 'arrival_counts',
    type: { kind: 'list', element: { kind: 'int32' } },
    isNullable: false,
    description: 'For each read with content, the units in it, see arrivals_unit.',
    valueOf: ({ arrivals }) => everySecond(arrivals, 1),
  },
];

/** Columns of the exported requests, in their order. @param hasArrivals Adds each read of each answer, as lists. */
export function requestColumns({ hasArrivals }: { readonly hasArrivals: boolean }): readonly RequestColumn[] {
  const properties = columnsOfSchema(schemas['request-record'])
    .filter(({ name }) => name !== 'arrivals')
    .map((column): RequestColumn => ({ ...column, valueOf: reader(column.path) }));
  const figures = (Object.keys(FIGURE_TEXTS) as (keyof typeof REQUEST_FIGURES)[]).map(figureColumn);
  return [...RUN_COLUMNS, ...properties, ...figures, ...(hasArrivals ? ARRIVAL_COLUMNS : [])];
}

function reader(path: readonly string[]): RequestColumn['valueOf'] {
  const [first = '', second] = path;
  if (second === undefined) return (record) => property(record, first);
  return (record) => path.reduce<unknown>(property, record);
}

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
