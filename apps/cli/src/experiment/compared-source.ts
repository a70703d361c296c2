import { join } from 'node:path';
import type { DiffSide, RunDifference, RunDocument } from '@assay/contracts';
import { differencesOf, type LatencyStart, type RunFigures, readFigures, readRecords } from '@assay/loadgen';
import { importFigures, toolText } from '@assay/report';
import { type ImportDirectory, isImportDirectory, readImportDirectory } from '../imports/import-directory.ts';
import { analyzeDirectory } from '../run/publish.ts';
import { RUN_FILES } from '../run/run-directory.ts';
import { type RunOfDirectory, readRunsOf } from './runs-of-directory.ts';

/** One side of a comparison, before its figures are read. */
export type ComparedSource =
  | { readonly kind: 'runs'; readonly directory: string; readonly runs: readonly RunOfDirectory[] }
  | { readonly kind: 'import'; readonly directory: string; readonly imported: ImportDirectory };

/** @throws CliError RUN_NOT_FOUND, RUN_INVALID; ReportError IMPORT_UNREADABLE, IMPORT_INVALID */
export function openSource(directory: string): ComparedSource {
  return isImportDirectory(directory)
    ? { kind: 'import', directory, imported: readImportDirectory(directory) }
    : { kind: 'runs', directory, runs: readRunsOf(directory) };
}

/** Settings that differ, each once. Of an imported result only those count that its tool tells. */
export function differencesBetween(first: ComparedSource, second: ComparedSource): RunDifference[] {
  if (first.kind === 'import' || second.kind === 'import') return knownDifferences(first, second);
  const reference = first.runs[0]?.[1];
  if (reference === undefined) return [];
  const found = [...first.runs, ...second.runs].flatMap(([, run]) => differencesOf(reference, run));
  return [...new Map(found.map((difference) => [JSON.stringify(difference), difference])).values()];
}

interface KnownSettings {
  readonly model: string | null;
  readonly concurrency: number | null;
  readonly ratePerSecond: number | null;
}

function settingsOf(source: ComparedSource): KnownSettings {
  if (source.kind === 'import') return { model: source.imported.run.model, ...source.imported.run.load };
  const config = source.runs[0]?.[1].config;
  const load = config?.load;
  return {
    model: config?.model ?? null,
    concurrency: load?.kind === 'concurrency' ? load.concurrency : null,
    ratePerSecond: load !== undefined && 'ratePerSecond' in load ? load.ratePerSecond : null,
  };
}

function knownDifferences(first: ComparedSource, second: ComparedSource): RunDifference[] {
  const [a, b] = [settingsOf(first), settingsOf(second)];
  const loadOf = ({ concurrency, ratePerSecond }: KnownSettings): string =>
    JSON.stringify(concurrency !== null ? { concurrency } : { ratePerSecond });
  const isLoadKnown = [a, b].every(({ concurrency, ratePerSecond }) => concurrency !== null || ratePerSecond !== null);
  const differences: RunDifference[] = [];
  if (a.model !== null && b.model !== null && a.model !== b.model) {
    differences.push({ field: 'model', first: JSON.stringify(a.model), second: JSON.stringify(b.model) });
  }
  if (isLoadKnown && loadOf(a) !== loadOf(b)) {
    differences.push({ field: 'load', first: loadOf(a), second: loadOf(b) });
  }
  return differences;
}

export interface ComparedFigures {
  readonly about: DiffSide;
  readonly figures: readonly RunFigures[];
}

export async function readSource(source: ComparedSource, from: LatencyStart): Promise<ComparedFigures> {
  return source.kind === 'import' ? figuresOfImport(source) : await figuresOfRuns(source.directory, source.runs, from);
}

function figuresOfImport({
  directory,
  imported: { run, results },
}: Extract<ComparedSource, { readonly kind: 'import' }>): ComparedFigures {
  const { target, startedAt } = run;
  return {
    figures: [importFigures(run, results)],
    about: { directory, runs: 1, target, startedAt, objectives: [], importedFrom: toolText(run) },
  };
}

async function figuresOfRuns(
  directory: string,
  runs: readonly RunOfDirectory[],
  from: LatencyStart,
): Promise<ComparedFigures> {
  const figures: RunFigures[] = [];
  for (const [child, run] of runs) {
    const results = await analyzeDirectory(child, run);
    figures.push(await readFigures(run, results, readRecords(join(child, RUN_FILES.requests)), from));
  }
  const [first]: readonly (RunDocument | undefined)[] = runs.map(([, run]) => run);
  return {
    figures,
    about: {
      directory,
      runs: runs.length,
      target: first?.config.target ?? null,
      startedAt: first?.startedAt ?? null,
      objectives: [...(first?.config.slo ?? [])],
      importedFrom: null,
    },
  };
}
