import { NEEDED_RIGHTS, type Right, resourceOf } from './access.ts';
import type { Cluster } from './cluster.ts';

/** Rights that a load with pods needs and that whoever asks does not have, such as `create jobs`. */
export async function missingRights(
  cluster: Pick<Cluster, 'isAllowed'>,
  namespace: string,
): Promise<readonly string[]> {
  const answers = await Promise.all(
    NEEDED_RIGHTS.map(async (right): Promise<[Right, boolean]> => [right, await cluster.isAllowed(namespace, right)]),
  );
  return answers.filter(([, isAllowed]) => !isAllowed).map(([right]) => `${right.verb} ${resourceOf(right)}`);
}
