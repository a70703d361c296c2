import { join } from 'node:path';
import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { analyzeRun, readRecords } from '@assay/loadgen';
import { renderHtml, renderMarkdown } from '@assay/report';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { RUN_FILES, writeAtomically } from './run-directory.ts';
import { shrinkHeap } from './settle-heap.ts';

/** Recomputes the results from the files of a run. */
export async function analyzeDirectory(directory: string, run: RunDocument): Promise<ResultsDocument> {
  // Every walk over the records leaves garbage behind that the next one need not carry.
  shrinkHeap();
  return await analyzeRun({ run, records: readRecords(join(directory, RUN_FILES.requests)) });
}

/** What a full disk took; the figures themselves go to stdout all the same. */
export function reportsMissing(directory: string, cause: unknown, message?: string): CliError {
  return new CliError('DISK_FULL', message ?? `the disk is full: not every file of ${directory} could be written`, {
    cause,
    exitCode: EXIT.internal,
    hint: `make room, then rebuild what is missing with assay report ${directory}`,
  });
}

/** Writes results.json and both reports. */
export async function publish(directory: string, run: RunDocument, results: ResultsDocument): Promise<void> {
  shrinkHeap();
  writeAtomically(join(directory, RUN_FILES.results), `${JSON.stringify(results, null, 2)}\n`);
  const records = (): AsyncIterable<RequestRecord> => readRecords(join(directory, RUN_FILES.requests));
  writeAtomically(join(directory, RUN_FILES.html), await renderHtml({ run, results }, records));
  writeAtomically(join(directory, RUN_FILES.markdown), renderMarkdown({ run, results }));
}
