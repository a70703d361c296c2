import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Runs every code block that is fenced with `ts run` in a README or a page of docs, as a program of its own,
 * beside the file it stands in. A block that throws or exits with another code than 0 fails the check.
 */
const BLOCK = /^```ts run\n([\s\S]*?)^```$/gm;
const files = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md']).sort();
let failures = 0;
let count = 0;
for (const file of files) {
  let position = 0;
  for (const match of readFileSync(file, 'utf8').matchAll(BLOCK)) {
    position += 1;
    count += 1;
    const folder = join(dirname(file), 'dist', 'readme-examples');
    mkdirSync(folder, { recursive: true });
    const program = join(folder, `example-${position}.ts`);
    writeFileSync(program, match[1] ?? '');
    try {
      execFileSync('node', ['--conditions=@assay/source', program], {
        encoding: 'utf8',
        stdio: 'pipe',
        timeout: 60_000,
      });
    } catch (error: unknown) {
      failures += 1;
      const { stderr } = error as { stderr?: string };
      console.error(`${file}: example ${position} fails\n${stderr ?? String(error)}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
console.log(`${count} examples run, ${failures} failed`);
process.exitCode = failures === 0 && count > 0 ? 0 : 1;
