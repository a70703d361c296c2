import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ImportDocument, migrate, type ResultsDocument, validate } from '@assay/contracts';
import {
  type ImportChoice,
  type ImportedRun,
  type ImportFile,
  importResults,
  readImport,
  renderImportMarkdown,
} from '@assay/report';
import { CliError } from '../cli-error.ts';
import {
  createRunDirectory,
  planRunDirectory,
  RUN_FILES,
  releaseReserve,
  writeAtomically,
} from '../run/run-directory.ts';
import { readImportFiles, readText } from './import-files.ts';

const IMPORT_FILE = 'import.json';
/** Folder of the files as they came: none can stand in for one of Assay's own. */
const SOURCE_FOLDER = 'source';

/** An imported result, read from its directory. */
export interface ImportDirectory {
  readonly run: ImportedRun;
  readonly results: ResultsDocument;
}

export interface ImportOptions extends ImportChoice {
  readonly out?: string | undefined;
  /** Wall time, for the name of the directory. */
  readonly now: Date;
}

/**
 * Reads the result of another tool and makes a directory of it, the source files in it.
 * @throws ReportError IMPORT_UNREADABLE, IMPORT_FORMAT_UNKNOWN, IMPORT_INVALID; CliError OUT_NOT_EMPTY, OUT_NOT_WRITABLE
 */
export function importResult(path: string, options: ImportOptions): ImportDirectory & { readonly directory: string } {
  const files = readImportFiles(path);
  const run = readImport(files, options);
  const directory = planRunDirectory(options.out, `${run.tool}-${run.name}`.replaceAll(/[^\w.-]+/g, '-'), options.now);
  createRunDirectory(directory);
  mkdirSync(join(directory, SOURCE_FOLDER));
  for (const { name, text } of files) writeFileSync(join(directory, SOURCE_FOLDER, name), text);
  const document: ImportDocument = {
    schema: 'assay/import/v1',
    tool: run.tool,
    toolVersion: run.toolVersion,
    benchmark: options.benchmark ?? 0,
    files: files.map(({ name, text }) => ({ name: `${SOURCE_FOLDER}/${name}`, sha256: digest(text) })),
  };
  writeAtomically(join(directory, IMPORT_FILE), `${JSON.stringify(document, null, 2)}\n`);
  releaseReserve(directory);
  const results = importResults(run);
  publishImport(directory, results);
  return { directory, run, results };
}

/** Writes results.json and the report. */
export function publishImport(directory: string, results: ResultsDocument): void {
  writeAtomically(join(directory, RUN_FILES.results), `${JSON.stringify(results, null, 2)}\n`);
  writeAtomically(join(directory, RUN_FILES.markdown), renderImportMarkdown(results));
}

export const isImportDirectory = (directory: string): boolean => existsSync(join(directory, IMPORT_FILE));

/** Figures are derived from the source files anew, as those of a run are from its records. @throws CliError RUN_INVALID; ReportError IMPORT_UNREADABLE, IMPORT_INVALID */
export function readImportDirectory(directory: string): ImportDirectory {
  const path = join(directory, IMPORT_FILE);
  const { tool, benchmark, files } = parseDocument(path);
  const sources = files.map(({ name, sha256 }): ImportFile => {
    const file = join(directory, SOURCE_FOLDER, basename(name));
    const text = readText(file);
    if (digest(text) === sha256) return { name: basename(name), text };
    throw new CliError('RUN_INVALID', `${file} is not the file that was imported`, { hint: 'import it anew' });
  });
  const run = readImport(sources, { tool, benchmark });
  return { run, results: importResults(run) };
}

function parseDocument(path: string): ImportDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readText(path));
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('RUN_INVALID', `${path}: ${reason}`, { cause: error, hint: 'import the result anew' });
  }
  const checked = validate('import', migrate(parsed));
  if (checked.ok) return checked.value;
  const [first] = checked.issues;
  throw new CliError('RUN_INVALID', `${path} ${first?.pointer ?? ''}: ${first?.message ?? 'not an import'}`, {
    hint: 'import the result anew, or with the newer assay that wrote it',
  });
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
