import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ContractError, formatIssues, parseYamlDocument } from '@assay/contracts';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { CliError } from '../cli-error.ts';
import { readSetting } from './flags.ts';
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
  return anchorFiles(settings, dirname(path));
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

function anchorFiles(settings: Settings, folder: string): Settings {
  const anchor = (file: string): string => (isAbsolute(file) ? file : join(folder, file));
  const dataset: DatasetChoice | undefined =
    settings.dataset !== undefined && 'file' in settings.dataset
      ? { ...settings.dataset, file: anchor(settings.dataset.file) }
      : settings.dataset;
  return {
    ...settings,
    ...(dataset === undefined ? {} : { dataset }),
    ...(settings.trace === undefined ? {} : { trace: anchor(settings.trace) }),
    ...(settings.caFile === undefined ? {} : { caFile: anchor(settings.caFile) }),
    ...(settings.apiKeyFile === undefined ? {} : { apiKeyFile: anchor(settings.apiKeyFile) }),
  };
}
