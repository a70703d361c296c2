import { existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { builtinModules } from './builtin-modules.ts';

/** Bundles the app in the current folder with every dependency inside: a file for each bin, one for its workers and one for its helper threads where it has them, and the parts that they load. */
const { bin, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Record<string, string>;
  version: string;
};

rmSync('dist', { recursive: true, force: true });
const entryPoints: Record<string, string> = Object.fromEntries(Object.keys(bin).map((name) => [name, 'src/main.ts']));
for (const name of ['worker', 'thread']) {
  if (existsSync(`src/${name}-main.ts`)) entryPoints[name] = `src/${name}-main.ts`;
}
await build({
  entryPoints,
  outdir: 'dist',
  // What a command does not need is not loaded: half of the memory and of the time before the first request.
  splitting: true,
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node22.19',
  format: 'esm',
  conditions: ['@assay/source'],
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [builtinModules],
  define: { ASSAY_VERSION: JSON.stringify(version) },
  banner: {
    js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
  },
});
