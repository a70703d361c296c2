import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/**
 * Every check of the repository that is no test. Lanes run side by side and the steps of a lane one after the other:
 * two Nx commands at once would wait for each other, and examples stand in the folders that a build replaces.
 */
const LANES: readonly (readonly Step[])[] = [
  [
    { name: 'references in sync', command: ['nx', 'sync:check'] },
    {
      name: 'build, types and packaging',
      command: ['nx', 'run-many', '-t', 'build', 'typecheck', 'package', '--outputStyle=static'],
    },
    { name: 'layers', command: ['node', 'tools/workspace/check-layers.ts'] },
    { name: 'README examples', command: ['node', 'tools/docs/run-examples.ts'] },
  ],
  [
    { name: 'format and lint', command: ['biome', 'ci', '--error-on-warnings', '.'] },
    { name: 'generated types', command: ['node', 'tools/schema-types/generate.ts', '--check'] },
    { name: 'generated report client', command: ['node', 'packages/report/scripts/build-client.ts', '--check'] },
    { name: "types of the report's page", command: ['tsc', '-p', 'packages/report/tsconfig.client.json'] },
    { name: 'types of the tools', command: ['tsc', '-p', 'tools/tsconfig.json'] },
    { name: 'unused and undeclared', command: ['knip'] },
  ],
];

const execute = promisify(execFile);

/** What the command said when it failed; `undefined` when all is well. */
async function complaintOf([program, ...args]: Step['command']): Promise<string | undefined> {
  try {
    await execute(program, args, { maxBuffer: 1 << 26 });
    return undefined;
  } catch (error: unknown) {
    const { stdout, stderr, message } = error as Partial<Record<'stdout' | 'stderr' | 'message', string>>;
    return [stdout, stderr, message].filter(Boolean).join('\n');
  }
}

/** Runs all steps, failed ones too, so that one look shows all that is wrong. */
async function runLane(steps: readonly Step[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, command } of steps) {
    const startedMs = performance.now();
    const complaint = await complaintOf(command);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`${complaint === undefined ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
    if (complaint === undefined) continue;
    failed.push(name);
    console.log(complaint);
  }
  return failed;
}

const failed = (await Promise.all(LANES.map(runLane))).flat();
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
