import { Option } from 'commander';
import { CONNECTION_SETTINGS } from './connection-settings.ts';
import { LIMITS_SETTINGS } from './limit-settings.ts';
import { LOAD_SETTINGS } from './load-settings.ts';
import { PROMPTS_SETTINGS } from './prompt-settings.ts';
import { RESULT_SETTINGS } from './result-settings.ts';
import type { SettingName, SettingsNamed } from './setting.ts';
import { TARGET_SETTINGS } from './target-settings.ts';

export type { SettingName, Settings } from './setting.ts';

/** Every setting of `assay run`, in the order of the help. */
export const SETTINGS: SettingsNamed<SettingName> = {
  ...TARGET_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...LOAD_SETTINGS,
  ...PROMPTS_SETTINGS,
  ...LIMITS_SETTINGS,
  ...RESULT_SETTINGS,
};

/** What a command needs that only talks to a server. */
export const CONNECTION_NAMES: readonly SettingName[] = [
  'target',
  'metricsUrl',
  'model',
  'backend',
  'api',
  'header',
  'apiKeyEnv',
  'apiKeyFile',
  'caFile',
  'certFile',
  'keyFile',
  'insecure',
  'timeout',
  'connectTimeout',
  'firstTokenTimeout',
  'stallTimeout',
];

/** Names in the order of the table. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(
  (name): name is SettingName => name in SETTINGS,
);

/** Name of the parsed option: `stream` of `--no-stream`. */
export function attributeNameOf(name: SettingName): string {
  return new Option(SETTINGS[name].flag).attributeName();
}

/** `--input-tokens` of `inputTokens`, without its argument. */
export function flagNameOf(name: SettingName): string {
  return SETTINGS[name].flag.split(' ')[0] ?? name;
}

/** `ASSAY_INPUT_TOKENS` of `inputTokens`. */
export function environmentNameOf(name: SettingName): string {
  return `ASSAY_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
