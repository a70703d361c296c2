import { type Command, Option } from 'commander';
import { CliError, type CliErrorCode } from '../cli-error.ts';
import { explainSlos } from './objective-text.ts';
import {
  attributeNameOf,
  environmentNameOf,
  flagNameOf,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Settings,
} from './settings.ts';
import { showValue } from './shown-value.ts';

const collect = (text: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  text,
];

/** Adds settings (all of them unless named) as options of a command, grouped for its help. */
export function addSettingOptions(command: Command, names: readonly SettingName[] = SETTING_NAMES): void {
  for (const name of names) {
    const { flag, help, group, isRepeatable } = SETTINGS[name];
    const option = new Option(flag, help).helpGroup(group);
    if (isRepeatable === true) option.argParser(collect);
    command.addOption(option);
  }
}

/**
 * Reads one value; `where` is how the user would find it (`--rate`, `ASSAY_RATE`, `file:line:column /rate`).
 *
 * @throws CliError with the given code
 */
export function readSetting(name: SettingName, value: unknown, where: string, code: CliErrorCode): Partial<Settings> {
  const { parse, expected } = SETTINGS[name];
  const parsed = parse(value);
  if (parsed === undefined) {
    throw new CliError(code, `${where}: expected ${expected}, got ${showValue(name, value)}`, {
      hint: hintFor(name, value),
    });
  }
  return { [name]: parsed };
}

function hintFor(name: SettingName, value: unknown): string {
  if (name === 'header') return "keep keys out of files: --api-key-env NAME, or --header 'name:{fromEnv: NAME}'";
  if (name === 'slo') return explainSlos(value);
  if (SETTINGS[name].expected.startsWith('a time') && /^\d+(\.\d+)?$/.test(String(value))) {
    return `add the unit: ${String(value)}s`;
  }
  if (name === 'target' && !String(value).includes('://')) return `try http://${String(value)}`;
  return 'assay run --help lists every flag with its form';
}

/** Settings that stand on the command line. */
export function readFlags(command: Command, names: readonly SettingName[] = SETTING_NAMES): Settings {
  let settings: Settings = {};
  for (const name of names) {
    const attribute = attributeNameOf(name);
    if (command.getOptionValueSource(attribute) !== 'cli') continue;
    settings = {
      ...settings,
      ...readSetting(name, command.getOptionValue(attribute), flagNameOf(name), 'FLAG_INVALID'),
    };
  }
  return settings;
}

/** Settings from `ASSAY_…` variables; a repeatable one holds one value. */
export function readEnvironment(
  environment: NodeJS.ProcessEnv,
  names: readonly SettingName[] = SETTING_NAMES,
): Settings {
  let settings: Settings = {};
  for (const name of names) {
    const variable = environmentNameOf(name);
    const value = environment[variable];
    if (value === undefined || value === '') continue;
    settings = { ...settings, ...readSetting(name, value, variable, 'ENVIRONMENT_INVALID') };
  }
  return settings;
}
