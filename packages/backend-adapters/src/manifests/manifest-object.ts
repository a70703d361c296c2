/** A value of a manifest. */
export type ManifestValue = string | number | boolean | readonly ManifestValue[] | ManifestMap;

export interface ManifestMap {
  readonly [key: string]: ManifestValue;
}

/** One Kubernetes object. Keys stand in the order in which they are written out. */
export type ManifestObject = ManifestMap & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMap;
};

/** A mapping without the keys whose value is `undefined`, an empty list or an empty mapping. */
export function withoutAbsent(fields: Readonly<Record<string, ManifestValue | undefined>>): ManifestMap {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, ManifestValue] => {
      const [, value] = entry;
      if (value === undefined) return false;
      return typeof value !== 'object' || Object.keys(value).length > 0;
    }),
  );
}
