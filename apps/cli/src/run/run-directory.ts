import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';

/** Names of the files in a run directory. */
export const RUN_FILES = {
  run: 'run.json',
  requests: 'requests.jsonl',
  results: 'results.json',
  html: 'report.html',
  markdown: 'report.md',
  /** Folder of what the server says about itself. */
  server: 'server',
} as const;

/** `20260131T235959Z` */
function compactUtc(wall: Date): string {
  return wall.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/**
 * Decides where the run goes and checks that it can, without creating anything.
 *
 * @throws CliError OUT_NOT_EMPTY, OUT_NOT_WRITABLE
 */
export function planRunDirectory(out: string | undefined, name: string, wall: Date): string {
  const path = out === undefined ? unusedPath(join('runs', `${compactUtc(wall)}-${name}`)) : out;
  refuseOccupied(path);
  const existing = nearestExisting(path);
  try {
    if (!statSync(existing).isDirectory()) throw notWritable(path, `${existing} is not a directory`);
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error: unknown) {
    throw error instanceof CliError ? error : notWritable(path, `no permission to write in ${existing}`, error);
  }
  return path;
}

function unusedPath(path: string): string {
  for (let suffix = 1; ; suffix++) {
    const candidate = suffix === 1 ? path : `${path}-${suffix}`;
    if (!existsSync(candidate)) return candidate;
  }
}

function refuseOccupied(path: string): void {
  if (!existsSync(path) || !statSync(path).isDirectory()) return;
  let entries: readonly string[];
  try {
    entries = readdirSync(path);
  } catch (error: unknown) {
    throw notWritable(path, 'it cannot be read', error);
  }
  if (entries.length === 0) return;
  throw new CliError('OUT_NOT_EMPTY', `the output directory ${path} is not empty`, {
    hint: `--out names the directory of this one run; take a new one such as ${join(path, 'run-1')}, or leave --out away`,
  });
}

function nearestExisting(path: string): string {
  let current = resolve(path);
  while (!existsSync(current) && dirname(current) !== current) current = dirname(current);
  return current;
}

function notWritable(path: string, reason: string, cause?: unknown): CliError {
  return new CliError('OUT_NOT_WRITABLE', `cannot write to ${path}: ${reason}`, {
    cause,
    hint: 'choose another directory with --out',
  });
}

/** Room that a run keeps for its own end: run.json, which says how it ended, is some kilobytes. */
const RESERVE_BYTES = 32_768;

const reserveOf = (path: string): string => join(path, '.assay-reserve');

/**
 * Creates the planned directory with a reserve in it, or leaves nothing behind.
 *
 * @throws CliError OUT_NOT_WRITABLE
 */
export function createRunDirectory(path: string): void {
  const created: string[] = [];
  try {
    for (const directory of missingDirectories(path)) {
      mkdirSync(directory);
      created.push(directory);
    }
    // A directory that can be made need not take files (a full disk, a read-only mount below).
    writeFileSync(reserveOf(path), new Uint8Array(RESERVE_BYTES));
  } catch (error: unknown) {
    releaseReserve(path);
    for (const directory of created.reverse()) rmdirSync(directory);
    throw notWritable(path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Gives the reserved room back; the last files of a run take it. */
export function releaseReserve(path: string): void {
  if (existsSync(reserveOf(path))) rmSync(reserveOf(path));
}

/**
 * What has to be made on the way to a directory, outermost first. The recursive `mkdir` of Node.js tries for ever where a parent is
 * there and takes no entries (`/proc`).
 */
function missingDirectories(path: string): readonly string[] {
  const missing: string[] = [];
  for (let current = resolve(path); !existsSync(current); current = dirname(current)) missing.unshift(current);
  return missing;
}

/** Replaces a file as a whole: a reader sees the old text or the new one, also when there is no room for the new one. */
export function writeAtomically(path: string, text: string): void {
  const partial = `${path}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error: unknown) {
    rmSync(partial, { force: true });
    throw error;
  }
}
