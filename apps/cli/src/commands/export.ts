import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Streams } from '../streams.ts';

interface ExportFlags {
  readonly parquet?: string;
  readonly arrivals?: boolean;
  readonly columns?: boolean;
}

const HELP = `
One row a request, warm-up and failed ones too, with the times of the record and the latencies of docs/metrics.md; several runs go into
one file, told apart by the column run. docs/export.md has queries for DuckDB, pandas and Spark.

Examples:
  assay export runs/20260101T120000Z-standard --parquet requests.parquet
  assay export runs/before runs/after --parquet both.parquet --arrivals
  assay export --columns
`;

export function addExportCommand(program: Command, streams: Streams): void {
  program
    .command('export')
    .description('Write the requests of runs as a Parquet file')
    .argument('[run...]', 'run directories, or directories of --repeats')
    .option('--parquet <file>', 'file to write; an earlier export is replaced')
    .option('--arrivals', 'also every read of every answer, as lists (a larger file)')
    .option('--columns', 'print the columns, their types and meanings, and write nothing')
    .addHelpText('after', HELP)
    .action(async (directories: readonly string[], flags: ExportFlags) => {
      if (flags.columns === true) {
        streams.stdout.write(await columnList());
        return;
      }
      if (flags.parquet === undefined || flags.parquet === '') {
        throw new CliError('USAGE_INVALID', 'no file to write', { hint: 'add --parquet requests.parquet' });
      }
      if (directories.length === 0) {
        throw new CliError('USAGE_INVALID', 'no run to export', { hint: 'name the directory of a run' });
      }
      const { exportRuns } = await import('../export/export-runs.ts');
      const written = await exportRuns(directories, flags.parquet, { hasArrivals: flags.arrivals === true });
      const { records, rowGroups, bytes } = written;
      const groups = rowGroups === 1 ? '1 row group' : `${rowGroups} row groups`;
      streams.stdout.write(`${records} records in ${groups}, ${bytes} bytes, written to ${flags.parquet}\n`);
    });
}

async function columnList(): Promise<string> {
  const { requestColumns, typeText } = await import('@assay/report');
  const rows = requestColumns({ hasArrivals: true }).map(({ name, type, isNullable, description }) =>
    [name.padEnd(28), `${typeText(type)} `.padEnd(16), isNullable ? 'null  ' : '      ', description].join(''),
  );
  return `${rows.join('\n')}\n`;
}
