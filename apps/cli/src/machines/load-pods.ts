import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Finding } from '@assay/contracts';
import {
  addressTowards,
  type ClusterAccess,
  connectCluster,
  type PodState,
  type RunningPods,
  startPods,
} from '@assay/kube';
import { CliError } from '../cli-error.ts';
import { showHostPort } from '../config/host-port.ts';
import type { GatherInput } from './gather-machines.ts';
import { jobOptions } from './job-options.ts';
import type { PodChoice } from './machine-choice.ts';

export interface LoadPodsInput extends Pick<GatherInput, 'name' | 'longestMs' | 'environment' | 'view'> {
  readonly pods: PodChoice;
  readonly count: number;
  readonly token: string;
  /** Where this program listens. */
  readonly port: number;
}

/** The pods of a load, as the cluster tells of them. */
export interface LoadPods {
  readonly failed: AbortSignal;
  /** A sentence for each pod that does not run. */
  troubles(): Promise<readonly string[]>;
  findings(): readonly Finding[];
  stop(): Promise<void>;
}

/** @throws KubeError; CliError FLAG_INVALID where nobody can say how the pods reach this program */
export async function startLoadPods(input: LoadPodsInput): Promise<LoadPods> {
  const { pods, environment, view, token } = input;
  const cluster = connectCluster(accessTo(pods, environment));
  const host = pods.advertise?.host ?? (await addressTowards(cluster.server));
  if (host === undefined) {
    throw new CliError('FLAG_INVALID', 'nothing says how the pods reach this program', {
      hint: `its address towards ${cluster.server.host} is none that pods have: add --advertise HOST`,
    });
  }
  const port = pods.advertise === undefined || pods.advertise.port === 0 ? input.port : pods.advertise.port;
  const options = jobOptions(pods, { ...input, coordinator: showHostPort({ host, port }) });
  view.note(
    `starting ${options.count} pods in ${pods.namespace} (Job ${options.name}), which join ${options.coordinator}`,
  );
  const running = await startPods(cluster, { ...options, token, onPod: (pod) => tell(pod, view) });
  return {
    failed: running.failed,
    troubles: () => describeTroubles(running),
    findings: () => firstFailures(running.states()).map(toFinding),
    stop: async () => {
      await running.stop({ isJobKept: pods.isKept });
      if (pods.isKept) view.note(`the Job ${options.name} stays in ${pods.namespace}`);
    },
  };
}

/** As kubectl does it: the flag, then KUBECONFIG, then the file of the home folder; in a pod its own account. */
function accessTo({ kubeconfig, kubeContext }: PodChoice, environment: NodeJS.ProcessEnv): ClusterAccess {
  const named = kubeconfig ?? (environment['KUBECONFIG'] ?? '').split(delimiter).find((path) => path !== '');
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const path = named ?? join(homedir(), '.kube', 'config');
  if (named === undefined && host !== undefined && !existsSync(path)) {
    return { kind: 'pod', host, port: environment['KUBERNETES_SERVICE_PORT'] ?? '443' };
  }
  return { kind: 'file', path, context: kubeContext };
}

function tell(pod: PodState, view: GatherInput['view']): void {
  const where = pod.node === undefined ? '' : ` on ${pod.node}`;
  if (pod.trouble !== undefined) view.note(`pod ${pod.name}${where}: ${pod.trouble}`);
}

async function describeTroubles(running: RunningPods): Promise<readonly string[]> {
  const troubled = running.states().filter(({ trouble }) => trouble !== undefined);
  return await Promise.all(
    troubled.map(async ({ name, trouble }) => {
      const lines = await running.lastLines(name);
      return `pod ${name}: ${trouble}${lines === undefined ? '' : `; it wrote: ${lines.replaceAll('\n', ' / ')}`}`;
    }),
  );
}

/** Of each place the first pod that failed: one that came after it only learnt that the load had begun. */
function firstFailures(pods: readonly PodState[]): readonly PodState[] {
  const failed = pods.filter(({ phase }) => phase === 'Failed');
  return failed.filter(({ index }, at) => failed.findIndex((other) => other.index === index) === at);
}

function toFinding({ name, index, node, trouble }: PodState): Finding {
  const where = node === undefined ? '' : ` on ${node}`;
  const message = `worker ${index} was the pod ${name}${where}: ${trouble ?? 'failed'}`;
  return { code: 'POD_ENDED', severity: 'notes', message };
}
