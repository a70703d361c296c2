import { findContainers } from './containers.ts';
import type { Remark, Rule } from './lint-report.ts';
import { isMap, type Path, valueAt } from './pointer.ts';

const DIGEST = /@(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;
/** Registry with port, path, tag, as the reference grammar of container images has them. */
const NAME =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?$/;

/** What is wrong with the name of an image, as a sentence; `undefined` for one with a digest. */
export function imageFault(
  image: string,
): { readonly code: 'IMAGE_UNPINNED' | 'IMAGE_INVALID'; readonly message: string } | undefined {
  const [name = '', digest] = image.split(/@(.*)/s);
  if (!NAME.test(name)) return { code: 'IMAGE_INVALID', message: `${JSON.stringify(image)} names no image` };
  if (digest === undefined) return { code: 'IMAGE_UNPINNED', message: `${JSON.stringify(image)} has no digest` };
  if (DIGEST.test(image)) return undefined;
  return { code: 'IMAGE_INVALID', message: `${JSON.stringify(image)} has a digest that is none` };
}

/** Images by digest: a tag may name another program tomorrow. */
export const checkImages: Rule = ({ value }, { allowTags }) => {
  const images: (readonly [unknown, Path])[] = [
    ...findContainers(value).map(({ path, value: container }) => [container['image'], [...path, 'image']] as const),
    ...imageVolumes(value, []),
  ];
  return images.flatMap(([image, path]): readonly Remark[] => {
    if (typeof image !== 'string') return [];
    const fault = imageFault(image);
    if (fault === undefined || (allowTags && fault.code === 'IMAGE_UNPINNED')) return [];
    return [{ ...fault, severity: 'error', path, hint: 'write NAME@sha256:DIGEST' }];
  });
};

/** Volumes that are images. */
function imageVolumes(node: unknown, path: Path): readonly (readonly [unknown, Path])[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => imageVolumes(item, [...path, index]));
  if (!isMap(node)) return [];
  return Object.entries(node).flatMap(([key, child]) => {
    if (key !== 'volumes' || !Array.isArray(child)) return imageVolumes(child, [...path, key]);
    return child.map(
      (volume, index) =>
        [valueAt(volume, ['image', 'reference']), [...path, key, index, 'image', 'reference']] as const,
    );
  });
}
