import type { V1Role, V1RoleBinding, V1ServiceAccount } from '@kubernetes/client-node';
import { checkName } from './names.ts';

/** One right in one namespace. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

/** All that making a load with pods needs; nothing outside of its namespace, and no Secret can be read. */
export const NEEDED_RIGHTS: readonly Right[] = [
  { group: 'batch', resource: 'jobs', verb: 'create' },
  { group: 'batch', resource: 'jobs', verb: 'patch' },
  { group: 'batch', resource: 'jobs', verb: 'delete' },
  { group: '', resource: 'secrets', verb: 'create' },
  { group: '', resource: 'pods', verb: 'list' },
  { group: '', resource: 'pods', verb: 'watch' },
  { group: '', resource: 'pods', subresource: 'log', verb: 'get' },
];

/** Who may make loads in a namespace: three objects that its owner applies once. */
export function renderAccess(namespace: string, name = 'assay'): readonly [V1ServiceAccount, V1Role, V1RoleBinding] {
  checkName(namespace, 'the namespace', 63);
  const metadata = { name: checkName(name, 'the ServiceAccount', 63), namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata }, automountServiceAccountToken: false },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { ...metadata }, rules: rules() },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { ...metadata },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

/** `pods/log` of a right. */
export function resourceOf({ resource, subresource }: Right): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function rules(): NonNullable<V1Role['rules']> {
  const byResource = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const right of NEEDED_RIGHTS) {
    const resource = resourceOf(right);
    const rule = byResource.get(resource) ?? { apiGroups: [right.group], resources: [resource], verbs: [] };
    rule.verbs.push(right.verb);
    byResource.set(resource, rule);
  }
  return [...byResource.values()];
}
