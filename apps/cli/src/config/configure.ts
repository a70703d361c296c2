import { basename } from 'node:path';
import type { Command } from 'commander';
import { readEnvironment, readFlags } from './flags.ts';
import { LayeredSettings } from './layers.ts';
import { readProfile } from './profile.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import type { Settings } from './settings.ts';

/** Resolves default < profile < environment < flag; `defaults` are those that the command itself brings along. */
export function configure(
  command: Command,
  profile: string | undefined,
  environment: NodeJS.ProcessEnv,
  defaults: Settings = {},
): ResolvedConfig {
  const flags = readFlags(command);
  const layered = new LayeredSettings([
    { origin: 'default', settings: defaults },
    { origin: 'profile', settings: profile === undefined ? {} : readProfile(profile) },
    { origin: 'environment', settings: readEnvironment(environment) },
    { origin: 'flag', settings: flags },
  ]);
  return resolveConfig(layered, profile === undefined ? 'run' : basename(profile).replace(/\.ya?ml$/, ''));
}
