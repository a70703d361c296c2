import { KubeError } from './errors.ts';

/** Label of everything that belongs to one load; its value is the name of the Job. */
export const LOAD_LABEL = 'assay.dev/load';

/** Labels of an object of one load. */
export function labelsOf(load: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'assay',
    'app.kubernetes.io/component': 'load',
    'app.kubernetes.io/managed-by': 'assay',
    [LOAD_LABEL]: load,
  };
}

/** A Job's pods are called after it, with their index and five characters: 63 characters in all. */
const LONGEST_NAME = 50;

/**
 * Checks a name that pods are called after (a DNS label, RFC 1123).
 * @throws KubeError KUBE_NAME_INVALID
 */
export function checkName(name: string, what: string, longest: number = LONGEST_NAME): string {
  if (name.length <= longest && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return name;
  throw new KubeError('KUBE_NAME_INVALID', `${what}: "${name}" is no name of Kubernetes`, {
    hint: `small letters, digits and hyphens, at most ${longest} characters`,
  });
}
