import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// One after the other: two benches at once would measure each other.
for (const name of readdirSync('bench')
  .filter((file) => file.endsWith('.bench.ts'))
  .sort()) {
  process.stdout.write(`\n${name}\n`);
  await import(pathToFileURL(resolve('bench', name)).href);
}
