import type { Plugin } from 'esbuild';

/** Modules of the runtime that cost milliseconds and megabytes, by themselves or by what their namespace drags in. */
const DEAR = /^node:(child_process|crypto|fs|http|https|process|readline|tls|util|zlib)$/;

/**
 * Loads dear modules of the runtime when one of their functions is called for the first time. An import would load them at once, and with them what the
 * mere reading of every property loads: `WebSocket` of `node:http` brings all of undici, 55 ms and 16 MB.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: DEAR }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: lazyModule(path), loader: 'js' }));
  },
};

function lazyModule(path: string): string {
  const names = Object.getOwnPropertyNames(process.getBuiltinModule(path)).filter((name) => name !== 'default');
  return `
    let loaded;
    const load = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}));
    for (const name of ${JSON.stringify(names)}) {
      Object.defineProperty(module.exports, name, { enumerable: true, get: () => load()[name] });
    }`;
}
