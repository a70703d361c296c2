import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type HostPort, parseHostPort } from '../config/host-port.ts';
import { parsePositiveDurationMs, parseWhole } from '../config/units.ts';
import { DEFAULT_PORT, type MachineChoice, type PodChoice, TOKEN_VARIABLE } from '../machines/machine-choice.ts';

/** Flags that say how pods look; shared by `assay run` and `assay job render`. */
export interface PodFlags {
  readonly pods?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly podCpu: string;
  readonly podMemory: string;
  readonly podSecret: readonly string[];
  readonly podServiceAccount?: string;
}

/** Flags of `assay run` that let other machines make the load. */
export interface MachineFlags extends PodFlags {
  readonly shards?: string;
  readonly listen?: string;
  readonly advertise?: string;
  readonly startWithin: string;
  readonly kubeconfig?: string;
  readonly kubeContext?: string;
  readonly keepJob?: boolean;
  readonly printManifest?: boolean;
}

const MOST_SHARDS = 1000;
const collect = (text: string, previous: readonly string[]): readonly string[] => [...previous, text];

export function addPodOptions(command: Command): void {
  command
    .optionsGroup('Several machines:')
    .option('--pods <n>', 'pods of a Kubernetes Job that make the load')
    .option('--namespace <name>', 'their namespace')
    .option('--image <ref>', 'their image, whose entry point is assay')
    .option('--pod-cpu <n>', 'CPU of each, requested and at most', '1')
    .option('--pod-memory <size>', 'memory of each, requested and at most', '512Mi')
    .option(
      '--pod-secret <name>',
      'a Secret whose keys become their variables, for --api-key-env (repeatable)',
      collect,
      [],
    )
    .option('--pod-service-account <name>', 'their ServiceAccount, which needs no rights');
}

export function addMachineOptions(command: Command): void {
  addPodOptions(command);
  command
    .option('--advertise <host:port>', 'where the pods find this program (default: its address towards the cluster)')
    .option(
      '--kubeconfig <file>',
      'how to reach the cluster (default: KUBECONFIG, ~/.kube/config, or the pod this runs in)',
    )
    .option('--kube-context <name>', 'another context of that file')
    .option('--keep-job', 'leave the Job in the cluster after the run')
    .option('--print-manifest', 'print the Job that --pods would create, and stop')
    .option('--shards <n>', `workers that somebody starts elsewhere with assay shard; both know ${TOKEN_VARIABLE}`)
    .option('--listen <host:port>', `where workers join (default: 0.0.0.0:${DEFAULT_PORT}, for --pods any free port)`)
    .option('--start-within <time>', 'how long workers may take to join', '2m');
}

const invalid = (flag: string, expected: string, got: string): CliError =>
  new CliError('FLAG_INVALID', `${flag}: expected ${expected}, got "${got}"`);

/** @throws CliError FLAG_INVALID, CONFIG_CONFLICT, USAGE_INVALID */
export function readMachines(flags: MachineFlags): MachineChoice | undefined {
  if (flags.shards !== undefined && flags.pods !== undefined) {
    throw new CliError('CONFIG_CONFLICT', '--shards and --pods exclude each other', {
      hint: '--pods starts its workers itself, --shards waits for workers that you start',
    });
  }
  const pods = readPods(flags);
  const count = readCount(flags.pods === undefined ? '--shards' : '--pods', flags.pods ?? flags.shards);
  if (count === undefined) {
    refuseLone(flags);
    return undefined;
  }
  const listen = readAddress('--listen', flags.listen) ?? {
    host: '0.0.0.0',
    port: pods === undefined ? DEFAULT_PORT : 0,
  };
  const startWithinMs = parsePositiveDurationMs(flags.startWithin);
  if (startWithinMs === undefined) throw invalid('--start-within', 'a time above 0, such as 2m', flags.startWithin);
  return { count, listen, startWithinMs, ...(pods === undefined ? {} : { pods }) };
}

function readPods(flags: MachineFlags): PodChoice | undefined {
  if (flags.pods === undefined) return undefined;
  const { namespace, image } = podPlace(flags);
  const { kubeconfig, kubeContext, podServiceAccount } = flags;
  const advertise = readAddress('--advertise', flags.advertise, 0);
  return {
    namespace,
    image,
    ...(advertise === undefined ? {} : { advertise }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(kubeContext === undefined ? {} : { kubeContext }),
    ...(podServiceAccount === undefined ? {} : { serviceAccount: podServiceAccount }),
    cpu: readQuantity('--pod-cpu', flags.podCpu),
    memory: readQuantity('--pod-memory', flags.podMemory),
    secrets: flags.podSecret,
    isKept: flags.keepJob === true,
  };
}

/** @throws CliError USAGE_INVALID */
export function podPlace({ namespace, image }: PodFlags): { readonly namespace: string; readonly image: string } {
  if (namespace !== undefined && image !== undefined) return { namespace, image };
  throw new CliError('USAGE_INVALID', `--pods needs ${namespace === undefined ? '--namespace' : '--image'}`, {
    hint: 'for example --pods 4 --namespace load --image registry.example.com/assay:1.0',
  });
}

function refuseLone(flags: MachineFlags): void {
  const lone = [
    flags.namespace === undefined ? undefined : '--namespace',
    flags.image === undefined ? undefined : '--image',
    flags.advertise === undefined ? undefined : '--advertise',
    flags.keepJob === true ? '--keep-job' : undefined,
    flags.printManifest === true ? '--print-manifest' : undefined,
    flags.listen === undefined ? undefined : '--listen',
  ].find((flag) => flag !== undefined);
  if (lone === undefined) return;
  const owner = lone === '--listen' ? '--shards or --pods' : '--pods';
  throw new CliError('CONFIG_CONFLICT', `${lone} belongs to ${owner}`, { hint: `add ${owner}, or leave ${lone} out` });
}

/** @throws CliError FLAG_INVALID */
export function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = parseWhole(1)(text);
  if (count === undefined || count > MOST_SHARDS) throw invalid(flag, `a whole number from 1 to ${MOST_SHARDS}`, text);
  return count;
}

/** @throws CliError FLAG_INVALID */
export function readAddress(flag: string, text: string | undefined, defaultPort?: number): HostPort | undefined {
  if (text === undefined) return undefined;
  const address = parseHostPort(text, defaultPort);
  if (address === undefined) throw invalid(flag, 'host:port', text);
  return address;
}

/** @throws CliError FLAG_INVALID for anything but a Kubernetes quantity */
export function readQuantity(flag: string, text: string): string {
  if (/^\d+(\.\d+)?(m|[kKMGT]i?)?$/.test(text)) return text;
  throw invalid(flag, 'a quantity of Kubernetes, such as 2, 500m or 1Gi', text);
}
