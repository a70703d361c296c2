import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ContractError, formatIssues, type Profile, parseYamlDocument } from '@assay/contracts';
import { isMap, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { CliError, type Problem } from '../cli-error.ts';
import { readSetting } from './flags.ts';
import { isSecretPlace } from './header-text.ts';
import type { DatasetChoice } from './load-text.ts';
import { SETTING_NAMES, type Settings } from './settings.ts';

/**
 * Reads a profile file. Names of files inside it are relative to it.
 *
 * @throws CliError PROFILE_NOT_FOUND, PROFILE_INVALID
 */
export function readProfile(path: string): Settings {
  const text = readText(path);
  const { document, problems } = checkProfile(text, path);
  const places = keyPlaces(text);
  let settings: Settings = {};
  for (const name of SETTING_NAMES) {
    const value = document[name];
    const isReported = problems.some(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`));
    if (value === undefined || isReported) continue;
    const place = places.get(name) ?? { line: 1, column: 1 };
    try {
      const where = `${path}:${place.line}:${place.column} /${name}`;
      settings = { ...settings, ...readSetting(name, value, where, 'PROFILE_INVALID') };
    } catch (error: unknown) {
      if (!(error instanceof CliError)) throw error;
      problems.push({ ...place, pointer: `/${name}`, message: error.message, hint: error.hint });
    }
  }
  refuse(problems);
  settings = { ...settings, ...connectionSettings(document) };
  return anchorFiles(settings, dirname(path));
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface ProfileProblem extends Place, Problem {
  readonly pointer: string;
}

/** @throws CliError PROFILE_INVALID with all problems in the order of their places */
function refuse(problems: readonly ProfileProblem[], cause?: unknown): void {
  const [first, ...more] = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (first !== undefined) throw new CliError('PROFILE_INVALID', first.message, { cause, hint: first.hint, more });
}

/** `auth` and `tls` of a profile hold together what flags say one by one. */
function connectionSettings(document: Readonly<Record<string, unknown>>): Settings {
  const { auth, tls } = document as Pick<Profile, 'auth' | 'tls'>;
  return {
    ...(auth !== undefined && 'fromEnv' in auth ? { apiKeyEnv: auth.fromEnv } : {}),
    ...(auth !== undefined && 'fromFile' in auth ? { apiKeyFile: auth.fromFile } : {}),
    ...(tls?.caFile === undefined ? {} : { caFile: tls.caFile }),
    ...(tls?.certFile === undefined ? {} : { certFile: tls.certFile }),
    ...(tls?.keyFile === undefined ? {} : { keyFile: tls.keyFile }),
    ...(tls?.isVerified === undefined ? {} : { insecure: !tls.isVerified }),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error: unknown) {
    throw new CliError('PROFILE_NOT_FOUND', `cannot read the profile ${path}`, {
      cause: error,
      hint: 'ready-made ones are in profiles/: standard, burst, sustained, cpu-smoke, azure-replay',
    });
  }
}

/** The document and what the schema finds in it. @throws CliError PROFILE_INVALID where it cannot be read at all */
function checkProfile(
  text: string,
  path: string,
): { document: Readonly<Record<string, unknown>>; problems: ProfileProblem[] } {
  try {
    return { document: { ...parseYamlDocument(text, path, 'profile') }, problems: [] };
  } catch (error: unknown) {
    if (!(error instanceof ContractError)) throw error;
    const problems = error.issues.map((issue) => ({
      line: issue.line ?? 1,
      column: issue.column ?? 1,
      pointer: issue.pointer,
      message: formatIssues([{ ...issue, hint: undefined }]),
      hint: issue.hint ?? error.hint ?? 'assay run --help lists the settings; a profile writes them in camelCase',
    }));
    if (error.code === 'DOCUMENT_SYNTAX') refuse(problems, error);
    const document: unknown = parse(text);
    return { document: typeof document === 'object' && document !== null ? { ...document } : {}, problems };
  }
}

/** Where each top-level key stands. */
function keyPlaces(text: string): ReadonlyMap<string, Place> {
  const counter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: counter });
  const places = new Map<string, Place>();
  if (!isMap(contents)) return places;
  for (const { key } of contents.items) {
    if (!isScalar(key) || key.range === undefined || key.range === null) continue;
    const { line, col } = counter.linePos(key.range[0]);
    places.set(String(key.value), { line, column: col });
  }
  return places;
}

const FILE_NAMES = ['trace', 'tokenizer', 'caFile', 'certFile', 'keyFile', 'apiKeyFile'] as const;

function anchorHeaders(
  headers: NonNullable<Settings['header']>,
  anchor: (file: string) => string,
): NonNullable<Settings['header']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecretPlace(value) && 'fromFile' in value ? { fromFile: anchor(value.fromFile) } : value,
    ]),
  );
}

function anchorFiles(settings: Settings, folder: string): Settings {
  const anchor = (file: string): string => (isAbsolute(file) ? file : join(folder, file));
  const dataset: DatasetChoice | undefined =
    settings.dataset !== undefined && 'file' in settings.dataset
      ? { ...settings.dataset, file: anchor(settings.dataset.file) }
      : settings.dataset;
  return {
    ...settings,
    ...(dataset === undefined ? {} : { dataset }),
    ...(settings.header === undefined ? {} : { header: anchorHeaders(settings.header, anchor) }),
    ...Object.fromEntries(
      FILE_NAMES.flatMap((name) => {
        const file = settings[name];
        return file === undefined ? [] : [[name, anchor(file)]];
      }),
    ),
  };
}
