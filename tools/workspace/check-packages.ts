import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Packs every publishable library and lets publint and attw judge the tarball that users would install. */
const folder = mkdtempSync(join(tmpdir(), 'assay-pack-'));
try {
  for (const file of globSync('packages/*/package.json').sort()) {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name: string; private?: boolean };
    if (manifest.private === true) continue;
    const root = dirname(file);
    const output = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    const tarball = join(folder, output.trim().split('\n').at(-1) ?? '');
    execFileSync('publint', ['run', tarball, '--strict'], { stdio: 'inherit' });
    execFileSync('attw', [tarball, '--profile', 'esm-only', '--quiet'], { stdio: 'inherit' });
    console.log(`${manifest.name} packs well`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
