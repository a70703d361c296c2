/** Path of a value in a document: keys of mappings and positions in lists. */
export type Path = readonly (string | number)[];

/** The value at a path, or `undefined` where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** Visits every entry of every mapping below a value, from the outside in; `take` says whether it took an entry, whose inside is then left alone. */
export function visitEntries(root: unknown, take: (key: string, child: unknown, path: Path) => boolean): void {
  const walk = (node: unknown, path: Path): void => {
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) walk(item, [...path, index]);
      return;
    }
    if (!isMap(node)) return;
    for (const [key, child] of Object.entries(node)) if (!take(key, child, path)) walk(child, [...path, key]);
  };
  walk(root, []);
}

/** The mapping at a path; empty where there is none. */
export function mapAt(root: unknown, path: Path): Readonly<Record<string, unknown>> {
  const value = valueAt(root, path);
  return isMap(value) ? value : {};
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
