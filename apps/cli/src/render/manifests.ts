import { stringify } from 'yaml';
import type { Streams } from '../streams.ts';

/** Prints objects of Kubernetes as one YAML stream. */
export function printManifests(objects: readonly object[], { stdout }: Streams): void {
  stdout.write(
    objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n'),
  );
}
