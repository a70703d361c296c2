import { basename, join } from 'node:path';
import { readRecords } from '@assay/loadgen';
import { type ExportedRun, type ExportSummary, writeRequests } from '@assay/report';
import { type RunOfDirectory, readRunsOf } from '../experiment/runs-of-directory.ts';
import { RUN_FILES } from '../run/run-directory.ts';
import { VERSION } from '../version.ts';
import { writeParquetFile } from './parquet-file.ts';

/** @throws CliError RUN_NOT_FOUND, RUN_INVALID, OUT_NOT_WRITABLE; LoadgenError RECORD_INVALID; ReportError EXPORT_VALUE_INVALID */
export async function exportRuns(
  directories: readonly string[],
  file: string,
  { hasArrivals }: { readonly hasArrivals: boolean },
): Promise<ExportSummary> {
  const runs = directories.flatMap(readRunsOf);
  const names = namesOf(runs);
  const exported = runs.map(([directory, run], index): ExportedRun => {
    const { startedAt, status, config, window } = run;
    return {
      run: names[index] ?? directory,
      window: window ?? null,
      facts: { startedAt, status, target: config.target, model: config.model },
      records: readRecords(join(directory, RUN_FILES.requests)),
    };
  });
  const options = { hasArrivals, createdBy: `assay ${VERSION}` };
  return await writeParquetFile(file, (sink) => writeRequests(exported, sink, options));
}

/** Names of the directories; where two are alike, all are named by their paths. */
function namesOf(runs: readonly RunOfDirectory[]): readonly string[] {
  const names = runs.map(([directory]) => basename(directory));
  return new Set(names).size === names.length ? names : runs.map(([directory]) => directory);
}
