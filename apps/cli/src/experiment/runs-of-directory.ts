import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, type RunDocument, validate } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import { readRun } from '../run/read-run.ts';
import { PARENT_FILES } from './parent-files.ts';

export type RunOfDirectory = readonly [directory: string, run: RunDocument];

/** The run of a directory, or the runs of one of --repeats. @throws CliError RUN_NOT_FOUND, RUN_INVALID */
export function readRunsOf(directory: string): readonly RunOfDirectory[] {
  const path = join(directory, PARENT_FILES.repeats);
  if (!existsSync(path)) return [[directory, readRun(directory)]];
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const checked = validate('repeats', migrate(parsed));
  if (!checked.ok || checked.value.runs.length === 0) {
    throw new CliError('RUN_INVALID', `${path} is no document of repeated runs`, {
      hint: 'the file was changed after the runs, or comes from a newer assay',
    });
  }
  return checked.value.runs.map((run) => {
    const child = join(directory, run.directory);
    return [child, readRun(child)] as const;
  });
}
