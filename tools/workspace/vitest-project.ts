import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@assay/source'];

/** Test configuration of one package: sources are resolved directly, so no test needs a build. */
export function projectConfig(name: string): ViteUserConfig {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      testTimeout: 30_000,
      hookTimeout: 30_000,
      // No test replaces a module, so files can share a process: a third of the CPU time was the start of one per file.
      isolate: false,
      execArgv: ['--conditions=@assay/source'],
    },
  });
}
