import type { DiffDocument, RunDifference } from '@assay/contracts';
import { compareRuns } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { type ComparedSource, differencesBetween, openSource, readSource } from './compared-source.ts';

interface CompareDirectoriesOptions {
  /** Relative difference that does not matter. */
  readonly margin: number;
  readonly isForced: boolean;
  /** Objectives that goodput is counted by; those of the runs when left out. */
  readonly slo?: readonly string[] | undefined;
}

const ALPHA = 0.05;

/** @throws CliError RUN_NOT_FOUND, RUN_INVALID, RUNS_NOT_COMPARABLE; ReportError IMPORT_UNREADABLE, IMPORT_INVALID */
export async function compareDirectories(
  first: string,
  second: string,
  { margin, isForced, slo }: CompareDirectoriesOptions,
): Promise<DiffDocument> {
  const sources = [withObjectives(openSource(first), slo), withObjectives(openSource(second), slo)] as const;
  const differences = differencesBetween(sources[0], sources[1]);
  if (differences.length > 0 && !isForced) throw notComparable(differences);
  // An imported result knows no schedule: both sides start at the send.
  const from = sources.some(({ kind }) => kind === 'import') ? 'sent' : 'scheduled';
  const a = await readSource(sources[0], from);
  const b = await readSource(sources[1], from);
  const changes = compareRuns(a.figures, b.figures, { margin, alpha: ALPHA, from });
  const schema = 'assay/diff/v1';
  return { schema, first: a.about, second: b.about, from, margin, alpha: ALPHA, differences, changes };
}

/** Goodput is a pure function of the records: it can be counted by other objectives than those of the run. */
function withObjectives(source: ComparedSource, slo: readonly string[] | undefined): ComparedSource {
  if (slo === undefined || source.kind === 'import') return source;
  const runs = source.runs.map(
    ([directory, run]) => [directory, { ...run, config: { ...run.config, slo: [...slo] } }] as const,
  );
  return { ...source, runs };
}

function notComparable(differences: readonly RunDifference[]): CliError {
  const text = differences.map(({ field, first, second }) => `${field} is ${first} and ${second}`).join('; ');
  return new CliError('RUNS_NOT_COMPARABLE', `these runs measure different things: ${text}`, {
    hint: '--force compares them all the same and lists the differences',
  });
}
