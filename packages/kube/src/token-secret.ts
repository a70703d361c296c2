import type { V1Secret } from '@kubernetes/client-node';
import { labelsOf } from './names.ts';

export interface TokenSecretOptions {
  readonly name: string;
  readonly namespace: string;
  readonly token: string;
  /** The Job's own id, so that the Secret goes with it. */
  readonly jobUid: string;
}

/** The token of one load, for its pods alone. */
export function renderTokenSecret({ name, namespace, token, jobUid }: TokenSecretOptions): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: labelsOf(name),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid: jobUid, blockOwnerDeletion: false }],
    },
    type: 'Opaque',
    immutable: true,
    stringData: { token },
  };
}
