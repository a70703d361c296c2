import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** What is known of one pod of a load. */
export interface PodState {
  readonly name: string;
  /** The place of its worker. */
  readonly index: number;
  readonly phase: string;
  readonly node: string | undefined;
  /** Why it does not run, in Kubernetes' own words; `undefined` while nothing is wrong. */
  readonly trouble: string | undefined;
  /** No waiting helps: the image does not exist, or the container cannot be made. */
  readonly isHopeless: boolean;
}

const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';

/** Reasons of a waiting container that its own retries do not mend. */
const HOPELESS: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError']);
/** Reasons that may pass, but say why nothing happens. */
const TELLING: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'CreateContainerError',
  'CrashLoopBackOff',
]);

/** Reads a pod of an Indexed Job; `undefined` for any other. */
export function readPod({ metadata, spec, status }: V1Pod): PodState | undefined {
  const name = metadata?.name;
  const index = Number(metadata?.annotations?.[INDEX_KEY] ?? Number.NaN);
  if (name === undefined || !Number.isInteger(index)) return undefined;
  const container = status?.containerStatuses?.[0];
  const waiting = container?.state?.waiting;
  const reason = waiting?.reason ?? '';
  const isHopeless = HOPELESS.has(reason);
  const isTelling = isHopeless || TELLING.has(reason);
  return {
    name,
    index,
    phase: status?.phase ?? 'Unknown',
    node: spec?.nodeName,
    trouble: endOf(container, status) ?? (isTelling ? textOf(reason, waiting?.message) : unschedulable(status)),
    isHopeless,
  };
}

/** How it ended, where it did not end well. */
function endOf(container: V1ContainerStatus | undefined, status: V1Pod['status']): string | undefined {
  const { exitCode, reason, signal } = container?.state?.terminated ?? {};
  if (status?.phase === 'Failed' && status.reason !== undefined) return textOf(status.reason, status.message);
  if (exitCode !== undefined && exitCode !== 0) {
    return `${reason ?? 'ended'} (exit code ${exitCode}${signal === undefined ? '' : `, signal ${signal}`})`;
  }
  return status?.phase === 'Failed' ? 'failed' : undefined;
}

function unschedulable(status: V1Pod['status']): string | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? textOf(scheduled.reason ?? 'not scheduled', scheduled.message) : undefined;
}

const textOf = (reason: string, message: string | undefined): string =>
  message === undefined || message === '' ? reason : `${reason}: ${message}`;
