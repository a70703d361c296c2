import type { V1Container, V1Job, V1PodSpec } from '@kubernetes/client-node';
import { checkName, LOAD_LABEL, labelsOf } from './names.ts';

export interface ShardJobOptions {
  /** Name of the Job and of its Secret. */
  readonly name: string;
  readonly namespace: string;
  /** An image whose entry point is the assay command. */
  readonly image: string;
  readonly count: number;
  /** `HOST:PORT` where the coordinator waits, as the pods see it. */
  readonly coordinator: string;
  /** CPU and memory of each pod, in Kubernetes' units. */
  readonly cpu: string;
  readonly memory: string;
  /** After this long the Job is ended, seconds. */
  readonly deadlineSeconds: number;
  /** Names of Secrets whose keys become variables of the workers: keys of the service that is measured. */
  readonly secrets: readonly string[];
  /** Name of a ServiceAccount; that of the namespace unless given. It needs no rights and gets no token. */
  readonly serviceAccount?: string | undefined;
  /** Begins without pods, until its Secret stands. */
  readonly isSuspended: boolean;
}

/** Where the pods find the token of the load. */
const TOKEN_FOLDER = '/var/run/assay';
/** User of the image. */
const USER = 65532;
/** Exit code of `assay shard` for a load that does not want it: to try again would change nothing. */
const EXIT_REFUSED = 2;

/**
 * The workers of a load as an Indexed Job: one pod for each place, told by its completion index. They read the token of the load from a Secret of the
 * Job's name. A pod that fails before the load began is tried again twice; later its place is lost, and the others go on.
 *
 * @throws KubeError KUBE_NAME_INVALID
 */
export function renderShardJob(options: ShardJobOptions): V1Job {
  const { name, namespace, count, deadlineSeconds } = options;
  const labels = labelsOf(checkName(name, 'the Job'));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: checkName(namespace, 'the namespace', 63), labels },
    spec: {
      ...(options.isSuspended ? { suspend: true } : {}),
      completionMode: 'Indexed',
      completions: count,
      parallelism: count,
      backoffLimitPerIndex: 2,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          {
            action: 'FailIndex',
            onExitCodes: { containerName: 'shard', operator: 'In', values: [EXIT_REFUSED] },
          },
          // Evicted or preempted: no fault of the worker.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      activeDeadlineSeconds: deadlineSeconds,
      // Whoever made it deletes it; this is for one that was killed.
      ttlSecondsAfterFinished: 600,
      template: { metadata: { labels }, spec: podSpec(options) },
    },
  };
}

function podSpec(options: ShardJobOptions): V1PodSpec {
  const { name, serviceAccount } = options;
  return {
    restartPolicy: 'Never',
    ...(serviceAccount === undefined
      ? {}
      : { serviceAccountName: checkName(serviceAccount, 'the ServiceAccount', 63) }),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 5,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    // Machines of their own where there are enough: two workers on one share its network and its cores.
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { [LOAD_LABEL]: name } },
      },
    ],
    containers: [container(options)],
    volumes: [
      { name: 'token', secret: { secretName: name, defaultMode: 0o444 } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
    ],
  };
}

function container({ image, coordinator, cpu, memory, secrets }: ShardJobOptions): V1Container {
  // Requests and limits are the same: with whole cores the kubelet's static policy then gives them to the worker alone.
  const resources = { cpu, memory };
  return {
    name: 'shard',
    image,
    args: ['shard', '--coordinator', coordinator, '--token-file', `${TOKEN_FOLDER}/token`],
    ...(secrets.length === 0 ? {} : { envFrom: secrets.map((secret) => ({ secretRef: { name: secret } })) }),
    resources: { requests: { ...resources }, limits: { ...resources } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'token', mountPath: TOKEN_FOLDER, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}
