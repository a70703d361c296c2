import { readFileSync } from 'node:fs';

const BLOCK = /^### (.+)\n(?:(?!^#)[\s\S])*?^```sql\n([\s\S]*?)^```$/gm;

/** The queries of docs/export.md by their headings. */
export function documentedQueries(path: string): ReadonlyMap<string, string> {
  const text = readFileSync(path, 'utf8');
  return new Map([...text.matchAll(BLOCK)].map(([, heading = '', sql = '']) => [heading, sql]));
}
