import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, type RunDocument, validate } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import { RUN_FILES } from './run-directory.ts';

/** run.json of a directory. @throws CliError RUN_NOT_FOUND, RUN_INVALID */
export function readRun(directory: string): RunDocument {
  const path = join(directory, RUN_FILES.run);
  if (!existsSync(path)) {
    throw new CliError('RUN_NOT_FOUND', `${directory} holds no ${RUN_FILES.run}`, {
      hint: 'name the directory of a run, such as runs/20260101T120000Z-standard',
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('RUN_INVALID', `${path}: ${reason}`, {
      cause: error,
      hint: 'the file was changed after the run',
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new CliError('RUN_INVALID', `${path} is not a document`, { hint: 'the file was changed after the run' });
  }
  const checked = validate('run', migrate({ ...parsed }));
  if (checked.ok) return checked.value;
  const [first] = checked.issues;
  throw new CliError('RUN_INVALID', `${path} ${first?.pointer ?? ''}: ${first?.message ?? 'not a run document'}`, {
    hint: 'the file was changed after the run, or comes from a newer assay',
  });
}
