import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultsDocument, RunDocument } from '@assay/contracts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type ExecuteOptions, executeRun } from '../run/execute.ts';
import { readRun } from '../run/read-run.ts';
import { RUN_FILES } from '../run/run-directory.ts';

/** One run of an experiment, as its files tell. */
export interface ChildRun {
  readonly exitCode: ExitCode;
  readonly run: RunDocument;
  readonly results: ResultsDocument;
}

/** Makes one run below the parent's directory; its figures go to its files alone. */
export async function executeChild(options: ExecuteOptions, directory: string): Promise<ChildRun | undefined> {
  const silent = { ...options.streams, stdout: { write: () => true } };
  const exitCode = await executeRun({ ...options, out: directory, isJson: false, isStrict: false, streams: silent });
  const path = join(directory, RUN_FILES.results);
  if (exitCode === EXIT.aborted && !existsSync(path)) return undefined;
  const results = JSON.parse(readFileSync(path, 'utf8')) as ResultsDocument;
  return { exitCode, run: readRun(directory), results };
}
