import { join } from 'node:path';
import type { DiffDocument, DiffSide, RunDifference, RunDocument } from '@assay/contracts';
import {
  compareRuns,
  differencesOf,
  type LatencyStart,
  type RunFigures,
  readFigures,
  readRecords,
} from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { analyzeDirectory } from '../run/publish.ts';
import { RUN_FILES } from '../run/run-directory.ts';
import { type RunOfDirectory, readRunsOf } from './runs-of-directory.ts';

interface CompareDirectoriesOptions {
  /** Relative difference that does not matter. */
  readonly margin: number;
  readonly isForced: boolean;
  /** Objectives that goodput is counted by; those of the runs when left out. */
  readonly slo?: readonly string[] | undefined;
}

interface Side {
  readonly about: DiffSide;
  readonly figures: readonly RunFigures[];
}

const ALPHA = 0.05;

/** @throws CliError RUN_NOT_FOUND, RUN_INVALID, RUNS_NOT_COMPARABLE */
export async function compareDirectories(
  first: string,
  second: string,
  { margin, isForced, slo }: CompareDirectoriesOptions,
): Promise<DiffDocument> {
  const runs = [withObjectives(readRunsOf(first), slo), withObjectives(readRunsOf(second), slo)] as const;
  const differences = allDifferences(runs[0], runs[1]);
  if (differences.length > 0 && !isForced) throw notComparable(differences);
  const from = 'scheduled';
  const a = await toSide(first, runs[0], from);
  const b = await toSide(second, runs[1], from);
  const changes = compareRuns(a.figures, b.figures, { margin, alpha: ALPHA, from });
  const schema = 'assay/diff/v1';
  return { schema, first: a.about, second: b.about, from, margin, alpha: ALPHA, differences, changes };
}

/** Goodput is a pure function of the records: it can be counted by other objectives than those of the run. */
function withObjectives(
  runs: readonly RunOfDirectory[],
  slo: readonly string[] | undefined,
): readonly RunOfDirectory[] {
  if (slo === undefined) return runs;
  return runs.map(([directory, run]) => [directory, { ...run, config: { ...run.config, slo: [...slo] } }] as const);
}

/** Against the first run of the first side, each difference once. */
function allDifferences(first: readonly RunOfDirectory[], second: readonly RunOfDirectory[]): readonly RunDifference[] {
  const reference = first[0]?.[1];
  if (reference === undefined) return [];
  const found = [...first, ...second].flatMap(([, run]) => differencesOf(reference, run));
  return [...new Map(found.map((difference) => [JSON.stringify(difference), difference])).values()];
}

function notComparable(differences: readonly RunDifference[]): CliError {
  const text = differences.map(({ field, first, second }) => `${field} is ${first} and ${second}`).join('; ');
  return new CliError('RUNS_NOT_COMPARABLE', `these runs measure different things: ${text}`, {
    hint: '--force compares them all the same and lists the differences',
  });
}

async function toSide(directory: string, runs: readonly RunOfDirectory[], from: LatencyStart): Promise<Side> {
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
