import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { DEFAULT_PORT } from '../machines/machine-choice.ts';
import { printManifests } from '../render/manifests.ts';
import type { Streams } from '../streams.ts';
import { addPodOptions, type PodFlags, podPlace, readAddress, readCount, readQuantity } from './machine-flags.ts';

interface RenderFlags extends PodFlags {
  readonly coordinator?: string;
  readonly name: string;
}

interface AccessFlags {
  readonly namespace?: string;
  readonly name: string;
}

const RENDER_EXAMPLES = `
The pods read the token from a Secret of the Job's name, and the coordinator from its variable:
  export ASSAY_SHARD_TOKEN=$(openssl rand -hex 32)
  kubectl -n load create secret generic assay-load --from-literal=token=$ASSAY_SHARD_TOKEN
  assay job render --pods 4 --namespace load --image registry.example.com/assay:1.0 --coordinator 10.0.0.5 | kubectl apply -f -
  assay run --target http://llm.load:8000 --rate 500 --duration 60s --shards 4
assay run --pods 4 does all of that in one.
`;

const ACCESS_EXAMPLES = `
Once, by whoever owns the namespace; assay run --pods then runs as this account, or as anybody bound to the Role:
  assay job access --namespace load | kubectl apply -f -
`;

export function addJobCommand(program: Command, streams: Streams): void {
  const job = program.command('job').description('Manifests for a load that pods of a cluster make');
  const render = job.command('render').description('Print the Indexed Job of the workers');
  addPodOptions(render);
  render
    .option('--coordinator <host:port>', `where assay run waits; ${DEFAULT_PORT} is the port unless given`)
    .option('--name <name>', 'name of the Job and of the Secret with its token', 'assay-load')
    .addHelpText('after', RENDER_EXAMPLES)
    .action((flags: RenderFlags) => renderJob(flags, streams));
  job
    .command('access')
    .description('Print the ServiceAccount, Role and RoleBinding that assay run --pods needs')
    .option('--namespace <name>', 'the namespace of the pods')
    .option('--name <name>', 'name of the three', 'assay')
    .addHelpText('after', ACCESS_EXAMPLES)
    .action((flags: AccessFlags) => renderRights(flags, streams));
}

async function renderJob(flags: RenderFlags, streams: Streams): Promise<void> {
  const count = readCount('--pods', flags.pods);
  const coordinator = readAddress('--coordinator', flags.coordinator, DEFAULT_PORT);
  if (count === undefined || coordinator === undefined) {
    throw new CliError('USAGE_INVALID', `${count === undefined ? '--pods' : '--coordinator'} is missing`, {
      hint: 'assay job render --help shows a whole command',
    });
  }
  const { renderShardJob } = await import('@assay/kube/manifests');
  const { showHostPort } = await import('../config/host-port.ts');
  const manifest = renderShardJob({
    ...podPlace(flags),
    name: flags.name,
    count,
    coordinator: showHostPort(coordinator),
    cpu: readQuantity('--pod-cpu', flags.podCpu),
    memory: readQuantity('--pod-memory', flags.podMemory),
    secrets: flags.podSecret,
    serviceAccount: flags.podServiceAccount,
    deadlineSeconds: 24 * 3600,
    // Nobody is there to let it begin.
    isSuspended: false,
  });
  printManifests([manifest], streams);
}

async function renderRights({ namespace, name }: AccessFlags, streams: Streams): Promise<void> {
  if (namespace === undefined) throw new CliError('USAGE_INVALID', '--namespace is missing');
  const { renderAccess } = await import('@assay/kube/manifests');
  printManifests(renderAccess(namespace, name), streams);
}
