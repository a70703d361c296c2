import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportFile } from '../src/index.ts';

/** A result of another tool, made by the tool itself; see vectors/imports/README.md. */
export function importFixture(path: string): ImportFile {
  const text = readFileSync(join(import.meta.dirname, 'vectors/imports', path), 'utf8');
  return { name: path.replace(/^.*\//, ''), text };
}

/** The same with a value replaced. @param keys On the way to it. */
export function changedFixture(path: string, keys: readonly (string | number)[], value: unknown): ImportFile {
  const { name, text } = importFixture(path);
  const root = JSON.parse(text) as Record<string | number, unknown>;
  const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string | number, unknown>, root);
  parent[keys.at(-1) ?? ''] = value;
  return { name, text: JSON.stringify(root) };
}
