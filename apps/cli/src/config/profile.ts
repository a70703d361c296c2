import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ContractError, formatIssues, type Profile, parseYamlDocument } from '@assay/contracts';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { CliError } from '../cli-error.ts';
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
  const document = parseProfile(text, path);
  const positions = keyPositions(text);
  let settings: Settings = {};
  for (const name of SETTING_NAMES) {
    const value = document[name];
    if (value === undefined) continue;
    const position = positions.get(name);
    const where = position === undefined ? `${path} /${name}` : `${path}:${position} /${name}`;
    settings = { ...settings, ...readSetting(name, value, where, 'PROFILE_INVALID') };
  }
  settings = { ...settings, ...connectionSettings(document) };
  return anchorFiles(settings, dirname(path));
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

function parseProfile(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    return { ...parseYamlDocument(text, path, 'profile') };
  } catch (error: unknown) {
    if (!(error instanceof ContractError)) throw error;
    const [first, ...more] = error.issues.map((issue) => ({
      message: formatIssues([{ ...issue, hint: undefined }]),
      hint: issue.hint ?? error.hint ?? 'assay run --help lists the settings; a profile writes them in camelCase',
    }));
    throw new CliError('PROFILE_INVALID', first?.message ?? `${path}: ${error.message}`, {
      cause: error,
      hint: first?.hint,
      more,
    });
  }
}

/** `line:column` of each top-level key. */
function keyPositions(text: string): ReadonlyMap<string, string> {
  const counter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: counter });
  const positions = new Map<string, string>();
  if (!isMap(contents)) return positions;
  for (const { key } of contents.items) {
    if (!isScalar(key) || key.range === undefined || key.range === null) continue;
    const { line, col } = counter.linePos(key.range[0]);
    positions.set(String(key.value), `${line}:${col}`);
  }
  return positions;
}

const FILE_NAMES = ['trace', 'caFile', 'certFile', 'keyFile', 'apiKeyFile'] as const;

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
