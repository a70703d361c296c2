import type { Streams } from '../streams.ts';

/** Prints objects of Kubernetes as one YAML stream. */
export async function printManifests(objects: readonly object[], { stdout }: Streams): Promise<void> {
  const { stringify } = await import('yaml');
  stdout.write(
    objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n'),
  );
}
