import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import type { MachineChoice } from './machine-choice.ts';
import { refuseSecretFiles } from './sent-files.ts';

/**
 * Refuses what other machines cannot do.
 * @throws CliError CONFIG_CONFLICT
 */
export function checkMachines({ count, pods }: MachineChoice, config: RunConfig): void {
  const flag = pods === undefined ? '--shards' : '--pods';
  if (config.simulate) {
    throw new CliError('CONFIG_CONFLICT', `${flag} and --simulate exclude each other`, {
      hint: 'the embedded service answers this machine alone: start assay sim, and give its address as --target',
    });
  }
  if (config.processes !== undefined || (config.workers ?? 1) > 1) {
    const other = config.processes === undefined ? '--workers' : '--processes';
    throw new CliError('CONFIG_CONFLICT', `${flag} and ${other} exclude each other`, {
      hint: 'each machine makes its part with one thread: more of them make more load',
    });
  }
  const most = Math.min(
    config.requests ?? Number.POSITIVE_INFINITY,
    config.load.kind === 'concurrency' ? config.load.concurrency : (config.maxInFlight ?? Number.POSITIVE_INFINITY),
  );
  if (count > most) {
    throw new CliError('CONFIG_CONFLICT', `${flag} ${count}: of this load at most ${most} workers have a part`, {
      hint: 'a worker without a permit or a request would have nothing to do',
    });
  }
  if (pods !== undefined) refuseSecretFiles(config);
}
