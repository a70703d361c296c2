import { basename } from 'node:path';
import type { Command } from 'commander';
import { readEnvironment, readFlags } from './flags.ts';
import { LayeredSettings } from './layers.ts';
import { readProfile } from './profile.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';

/** Resolves default < profile < environment < flag. */
export function configure(
  command: Command,
  profile: string | undefined,
  environment: NodeJS.ProcessEnv,
): ResolvedConfig {
  const flags = readFlags(command);
  const layered = new LayeredSettings([
    { origin: 'profile', settings: profile === undefined ? {} : readProfile(profile) },
    { origin: 'environment', settings: readEnvironment(environment) },
    { origin: 'flag', settings: flags },
  ]);
  return resolveConfig(layered, profile === undefined ? 'run' : basename(profile).replace(/\.ya?ml$/, ''));
}
