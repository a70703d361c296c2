import type { Cluster } from './cluster.ts';
import { KubeError } from './errors.ts';
import { followPods } from './follow-pods.ts';
import { missingRights } from './missing-rights.ts';
import type { PodState } from './pod-state.ts';
import { renderShardJob, type ShardJobOptions } from './shard-job.ts';
import { renderTokenSecret } from './token-secret.ts';

export interface StartPodsOptions extends Omit<ShardJobOptions, 'isSuspended'> {
  readonly token: string;
  /** Told of each change of a pod. */
  readonly onPod?: (pod: PodState) => void;
}

export interface RunningPods {
  /** Aborted when a pod can never start; its reason is a {@link KubeError} PODS_FAILED. */
  readonly failed: AbortSignal;
  /** The pods as they were last seen, in the order in which they came; a place whose pod failed may have had several. */
  readonly states: () => readonly PodState[];
  /** The last lines of a pod's log; `undefined` where it has none. */
  readonly lastLines: (pod: string) => Promise<string | undefined>;
  /** Follows the pods no longer, and deletes the Job with its pods and its Secret unless it is to stay. */
  readonly stop: (options?: { readonly isJobKept?: boolean }) => Promise<void>;
}

/**
 * Starts the workers of a load: looks for the rights first, creates the Job with its Secret, and follows its pods.
 * @throws KubeError KUBE_FORBIDDEN, KUBE_REFUSED, KUBE_UNREACHABLE, KUBE_NAME_INVALID; nothing is left behind then
 */
export async function startPods(cluster: Cluster, options: StartPodsOptions): Promise<RunningPods> {
  const { name, namespace, token, onPod } = options;
  const job = renderShardJob({ ...options, isSuspended: true });
  const missing = await missingRights(cluster, namespace);
  if (missing.length > 0) {
    throw new KubeError(
      'KUBE_FORBIDDEN',
      `in the namespace ${namespace} these rights are missing: ${missing.join(', ')}`,
      {
        hint: `the owner of the namespace can give them: assay job access --namespace ${namespace} | kubectl apply -f -`,
      },
    );
  }
  const { metadata } = await cluster.createJob(namespace, job);
  try {
    const secret = renderTokenSecret({ name, namespace, token, jobUid: metadata?.uid ?? '' });
    await cluster.createSecret(namespace, secret);
    await cluster.resumeJob(namespace, name);
  } catch (error: unknown) {
    await cluster.deleteJob(namespace, name).catch(() => undefined);
    throw error;
  }
  return follow(cluster, { name, namespace }, onPod);
}

function follow(
  cluster: Cluster,
  load: { readonly name: string; readonly namespace: string },
  onPod: StartPodsOptions['onPod'],
): RunningPods {
  const byName = new Map<string, PodState>();
  const failed = new AbortController();
  const over = new AbortController();
  const take = (pod: PodState): void => {
    byName.set(pod.name, pod);
    onPod?.(pod);
    if (!pod.isHopeless) return;
    failed.abort(new KubeError('PODS_FAILED', `pod ${pod.name} cannot start: ${pod.trouble ?? pod.phase}`));
  };
  const following = followPods(cluster, load, take, over.signal);
  return {
    failed: failed.signal,
    states: () => [...byName.values()],
    lastLines: (pod) => cluster.lastLines(load.namespace, pod),
    stop: async ({ isJobKept = false } = {}) => {
      over.abort();
      await following;
      if (!isJobKept) await cluster.deleteJob(load.namespace, load.name);
    },
  };
}
