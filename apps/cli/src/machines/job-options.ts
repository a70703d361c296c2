import { randomBytes } from 'node:crypto';
import type { ShardJobOptions } from '@assay/kube/manifests';
import type { PodChoice } from './machine-choice.ts';

/** A Job outlives its load by no more than this, seconds: for preparation and the last answers. */
const SPARE_SECONDS = 1800;
const LONGEST_SECONDS = 24 * 3600;

/** What the Job of a choice looks like. */
export function jobOptions(
  pods: PodChoice,
  load: {
    readonly name: string;
    readonly longestMs: number | undefined;
    readonly count: number;
    readonly coordinator: string;
  },
): Omit<ShardJobOptions, 'isSuspended'> {
  const { namespace, image, cpu, memory, secrets, serviceAccount } = pods;
  const longest = load.longestMs === undefined ? LONGEST_SECONDS : Math.ceil(load.longestMs / 1000) + SPARE_SECONDS;
  return {
    name: jobName(load.name),
    namespace,
    image,
    count: load.count,
    coordinator: load.coordinator,
    cpu,
    memory,
    secrets,
    serviceAccount,
    deadlineSeconds: longest,
  };
}

/** `assay-standard-3f9a1c`: the run's name as far as it may stand in one, and a part that no other load has. */
function jobName(run: string): string {
  const plain = run
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
  return ['assay', plain, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}
