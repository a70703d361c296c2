import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Packs the library in the current folder and lets publint and attw judge the tarball that users would install. */
const folder = mkdtempSync(join(tmpdir(), 'assay-pack-'));
try {
  const output = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    encoding: 'utf8',
  });
  const tarball = join(folder, output.trim().split('\n').at(-1) ?? '');
  execFileSync('publint', ['run', tarball, '--strict'], { stdio: 'inherit' });
  execFileSync('attw', [tarball, '--profile', 'esm-only', '--quiet'], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true });
}
