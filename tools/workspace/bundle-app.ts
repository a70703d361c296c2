import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Bundles the app in the current folder into one file per bin, with every dependency inside. */
const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Record<string, string>;
  version: string;
};

rmSync('dist', { recursive: true, force: true });
for (const name of Object.keys(bin)) {
  await build({
    entryPoints: ['src/main.ts'],
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
