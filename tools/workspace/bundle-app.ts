import { existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Bundles the app in the current folder into one file per bin, with every dependency inside; its worker, where it has one, into another. */
const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Record<string, string>;
  version: string;
};

rmSync('dist', { recursive: true, force: true });
const entries: (readonly [string, string])[] = Object.keys(bin).map((name) => ['src/main.ts', name]);
if (existsSync('src/worker-main.ts')) entries.push(['src/worker-main.ts', 'worker']);
for (const [entry, name] of entries) {
  await build({
    entryPoints: [entry],
    outfile: `dist/${name}.js`,
    bundle: true,
    platform: 'node',
    target: 'node22.19',
    format: 'esm',
    conditions: ['@assay/source'],
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    define: { ASSAY_VERSION: JSON.stringify(version) },
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  });
}
