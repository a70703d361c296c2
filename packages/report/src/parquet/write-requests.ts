import { zstdCompressSync } from 'node:zlib';
import type { RequestRecord } from '@assay/contracts';
import { ByteWriter, type ColumnSource, ParquetWriter, type Writer } from 'hyparquet-writer';
import { ReportError } from '../errors.ts';
import { schemaElements, toCell, typeText } from './column-type.ts';
import { type RequestColumn, type RowOrigin, requestColumns } from './request-columns.ts';

/** Takes the next bytes of a file; they are not used again once it resolves. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** A run and its records. */
export interface ExportedRun extends RowOrigin {
  readonly records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>;
  /** Facts of the run that go to the metadata of the file. */
  readonly facts: Readonly<Record<string, string | number | null>>;
}

export interface ExportOptions {
  /** Whether each read of each answer is written. */
  readonly hasArrivals: boolean;
  /** What wrote the file, such as `assay 0.1.0`. */
  readonly createdBy: string;
}

export interface ExportSummary {
  readonly records: number;
  readonly rowGroups: number;
  readonly bytes: number;
}

/** Rows held at once. Readers skip whole row groups, and work on several at a time. */
const ROWS_PER_GROUP = 25_000;
/** Reads held at once; answers of many tokens make smaller row groups. */
const READS_PER_GROUP = 500_000;

/**
 * Writes the records of runs as one Parquet file, in row groups compressed with Zstandard. Memory holds one row group, whatever
 * the number of records.
 * @throws ReportError EXPORT_VALUE_INVALID where a record does not fit its schema
 */
export async function writeRequests(
  runs: readonly ExportedRun[],
  sink: ByteSink,
  options: ExportOptions,
): Promise<ExportSummary> {
  const columns = requestColumns(options);
  const output = sinkWriter(sink);
  const writer = new ParquetWriter({
    writer: output,
    schema: [
      { name: 'requests', num_children: columns.length },
      ...columns.flatMap(({ name, type, isNullable }) => schemaElements(name, type, isNullable)),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    createdBy: options.createdBy,
    kvMetadata: [
      { key: 'assay.format', value: 'assay/requests-parquet/v1' },
      { key: 'assay.runs', value: JSON.stringify(runs.map(({ run, facts }) => ({ run, ...facts }))) },
    ],
  });
  const group = new RowGroup(columns);
  let records = 0;
  for (const { records: source, ...origin } of runs) {
    for await (const record of source) {
      group.add(record, origin);
      records++;
      if (group.isFull) await writer.write(group.take());
    }
  }
  if (group.rows > 0) await writer.write(group.take());
  await writer.finish();
  return { records, rowGroups: writer.row_groups.length, bytes: output.offset };
}

/** Columns of the rows that go into a row group. */
class RowGroup {
  readonly #columns: readonly RequestColumn[];
  #cells: unknown[][];
  #reads = 0;
  rows = 0;

  constructor(columns: readonly RequestColumn[]) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
  }

  get isFull(): boolean {
    return this.rows >= ROWS_PER_GROUP || this.#reads >= READS_PER_GROUP;
  }

  add(record: RequestRecord, origin: RowOrigin): void {
    for (const [at, column] of this.#columns.entries()) {
      const value = column.valueOf(record, origin) ?? null;
      const cell = value === null ? (column.isNullable ? null : undefined) : toCell(value, column.type);
      if (cell === undefined) throw invalid(record, origin, column, value);
      this.#cells[at]?.push(cell);
    }
    this.#reads += record.arrivals.length / 2;
    this.rows++;
  }

  /** The row group; the next one starts empty. */
  take(): { readonly columnData: ColumnSource[]; readonly rowGroupSize: number } {
    const columnData = this.#columns.map(({ name }, at) => ({ name, data: this.#cells[at] ?? [], offsetIndex: false }));
    const rowGroupSize = this.rows;
    this.#cells = this.#columns.map(() => []);
    this.#reads = 0;
    this.rows = 0;
    return { columnData, rowGroupSize };
  }
}

function invalid(
  { phase, index }: RequestRecord,
  { run }: RowOrigin,
  column: RequestColumn,
  value: unknown,
): ReportError {
  const got = JSON.stringify(value)?.slice(0, 40) ?? String(value);
  return new ReportError(
    'EXPORT_VALUE_INVALID',
    `${run}, request ${index} of ${phase}: ${column.name} is ${typeText(column.type)}, got ${got}`,
    'the records were changed after the run, or come from a newer assay',
  );
}

/** Hands over what is written after each row group. */
function sinkWriter(sink: ByteSink): Writer {
  const writer = new ByteWriter();
  const flush = async (): Promise<void> => {
    await sink(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
