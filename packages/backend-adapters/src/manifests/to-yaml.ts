import { stringify } from 'yaml';
import type { ManifestObject } from './manifest-object.ts';

/**
 * The objects as one text of YAML documents, keys in the order of the objects.
 *
 * Kubernetes reads YAML 1.1, where a bare `off`, `yes` or `1_000` is no text: such texts are written in quotes.
 */
export function toYaml(objects: readonly ManifestObject[]): string {
  return objects
    .map((object) => stringify(object, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');
}
