import { join } from 'node:path';
import type { RunDocument } from '@assay/contracts';
import {
  compareRuns,
  type Difference,
  differencesOf,
  type MetricChange,
  type RunFigures,
  readFigures,
  readRecords,
} from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { analyzeDirectory } from '../run/publish.ts';
import { RUN_FILES } from '../run/run-directory.ts';
import { type RunOfDirectory, readRunsOf } from './runs-of-directory.ts';

export interface DirectoryComparison {
  readonly schema: 'assay/diff/v1';
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  readonly margin: number;
  readonly alpha: number;
  /** Settings that differ though they should not; empty without --force. */
  readonly differences: readonly Difference[];
  readonly changes: readonly MetricChange[];
}

interface ComparedSide {
  readonly directory: string;
  readonly runs: number;
  readonly target: string | null;
  readonly startedAt: string;
}

interface Side extends ComparedSide {
  readonly documents: readonly RunDocument[];
  readonly figures: readonly RunFigures[];
}

const ALPHA = 0.05;

/** @throws CliError RUN_NOT_FOUND, RUN_INVALID, RUNS_NOT_COMPARABLE */
export async function compareDirectories(
  first: string,
  second: string,
  { margin, isForced }: { readonly margin: number; readonly isForced: boolean },
): Promise<DirectoryComparison> {
  const documents = [readRunsOf(first), readRunsOf(second)] as const;
  const differences = allDifferences(documents[0], documents[1]);
  if (differences.length > 0 && !isForced) throw notComparable(differences);
  const a = await toSide(first, documents[0]);
  const b = await toSide(second, documents[1]);
  const changes = compareRuns(a.figures, b.figures, { margin, alpha: ALPHA });
  const plain = ({ directory, runs, target, startedAt }: Side): ComparedSide => ({
    directory,
    runs,
    target,
    startedAt,
  });
  return { schema: 'assay/diff/v1', first: plain(a), second: plain(b), margin, alpha: ALPHA, differences, changes };
}

/** Against the first run of the first side, each difference once. */
function allDifferences(first: readonly RunOfDirectory[], second: readonly RunOfDirectory[]): readonly Difference[] {
  const reference = first[0]?.[1];
  if (reference === undefined) return [];
  const found = [...first, ...second].flatMap(([, run]) => differencesOf(reference, run));
  return [...new Map(found.map((difference) => [JSON.stringify(difference), difference])).values()];
}

function notComparable(differences: readonly Difference[]): CliError {
  const text = differences.map(({ field, first, second }) => `${field} is ${first} and ${second}`).join('; ');
  return new CliError('RUNS_NOT_COMPARABLE', `these runs measure different things: ${text}`, {
    hint: '--force compares them all the same and lists the differences',
  });
}

async function toSide(directory: string, runs: readonly RunOfDirectory[]): Promise<Side> {
  const figures: RunFigures[] = [];
  for (const [child, run] of runs) {
    const results = await analyzeDirectory(child, run);
    figures.push(await readFigures(run, results, readRecords(join(child, RUN_FILES.requests))));
  }
  const documents = runs.map(([, run]) => run);
  const target = documents[0]?.config.target ?? null;
  return { directory, runs: runs.length, target, startedAt: documents[0]?.startedAt ?? '', documents, figures };
}
