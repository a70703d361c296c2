/** Path of a value in a document: keys of mappings and positions in lists. */
export type Path = readonly (string | number)[];

/** JSON Pointer of a path (RFC 6901): `~` becomes `~0`, `/` becomes `~1`. */
export function toPointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Path of a JSON Pointer; every part is text, positions in lists too. */
export function fromPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a path, or `undefined` where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** The mapping at a path; empty where there is none. */
export function mapAt(root: unknown, path: Path): Readonly<Record<string, unknown>> {
  const value = valueAt(root, path);
  return isMap(value) ? value : {};
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
