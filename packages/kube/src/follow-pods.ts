import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { LOAD_LABEL } from './names.ts';
import { type PodState, readPod } from './pod-state.ts';

const RETRY_MS = 1000;

/**
 * Tells of every change of the pods of a load until `signal` ends it. Each watch begins with a list, so that nothing is missed between two of them; a
 * cluster that does not answer is asked again.
 */
export async function followPods(
  cluster: Pick<Cluster, 'listPods' | 'watchPods'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  onPod: (pod: PodState) => void,
  signal: AbortSignal,
): Promise<void> {
  const selector = `${LOAD_LABEL}=${name}`;
  const told = new Map<string, string>();
  const tell = (pod: PodState | undefined): void => {
    if (pod === undefined || signal.aborted) return;
    const text = JSON.stringify(pod);
    if (told.get(pod.name) === text) return;
    told.set(pod.name, text);
    onPod(pod);
  };
  while (!signal.aborted) {
    try {
      const { pods, resourceVersion } = await cluster.listPods(namespace, selector);
      for (const pod of pods) tell(readPod(pod));
      const takeChange = (change: string, pod: Parameters<typeof readPod>[0]): void => {
        if (change !== 'DELETED') tell(readPod(pod));
      };
      await cluster.watchPods({ namespace, selector, resourceVersion, onPod: takeChange }, signal);
    } catch {
      // The next list says what was missed.
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
