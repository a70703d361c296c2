import { spawnSync } from 'node:child_process';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Every check of the repository that is no test. All of them run, so that one look shows all that is wrong. */
const STEPS: readonly Step[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'references in sync', command: ['nx', 'sync:check'] },
  { name: 'generated types', command: ['node', 'tools/schema-types/generate.ts', '--check'] },
  { name: 'generated report client', command: ['node', 'packages/report/scripts/build-client.ts', '--check'] },
  { name: 'layers', command: ['node', 'tools/workspace/check-layers.ts'] },
  { name: 'build and types', command: ['nx', 'run-many', '-t', 'build', 'typecheck', '--outputStyle=static'] },
  { name: "types of the report's page", command: ['tsc', '-p', 'packages/report/tsconfig.client.json'] },
  { name: 'types of the tools', command: ['tsc', '-p', 'tools/tsconfig.json'] },
  { name: 'unused and undeclared', command: ['knip'] },
  { name: 'packaging', command: ['node', 'tools/workspace/check-packages.ts'] },
  { name: 'README examples', command: ['node', 'tools/docs/run-examples.ts'] },
];

const failed: string[] = [];
for (const { name, command } of STEPS) {
  const startedMs = performance.now();
  const [program, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const isGood = status === 0;
  console.log(`${isGood ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (!isGood) {
    failed.push(name);
    console.log([stdout, stderr, error?.message].filter(Boolean).join('\n'));
  }
}
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
