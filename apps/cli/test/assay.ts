import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatorOptions, startSimulator } from '@assay/simulator';
import { onTestFinished } from 'vitest';
import { runProgram } from '../src/program.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
export const ROOT: string = join(import.meta.dirname, '../../..');
/** One for all tests, and kept: a calibration of the machine takes a second and a half. */
const XDG_CACHE_HOME: string = join(ROOT, 'node_modules/.cache/assay-tests');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly stderrSoFar: () => string;
  readonly ended: Promise<Ended>;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the real program from its sources, for what only a process shows: signals, its embedded service, its exit. */
export function startAssay(args: readonly string[], { cwd, env }: Surroundings = {}): Running {
  const child = spawn(process.execPath, ['--conditions=@assay/source', MAIN, ...args], {
    cwd: cwd ?? ROOT,
    env: { ...process.env, XDG_CACHE_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }) as Ended);
  return { child, stderrSoFar: () => stderr, ended };
}

/** One command line in this process: the same program, without the start of a process. */
export async function assayIn({ cwd, env }: Surroundings, ...args: readonly string[]): Promise<Ended> {
  const before = process.cwd();
  process.chdir(cwd ?? ROOT);
  let stdout = '';
  let stderr = '';
  try {
    const code = await runProgram(args, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      environment: { XDG_CACHE_HOME, ...env },
    });
    return { code, stdout, stderr };
  } finally {
    process.chdir(before);
  }
}

export async function assay(...args: readonly string[]): Promise<Ended> {
  return await assayIn({}, ...args);
}

/** An empty folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The embedded service in this process, until the test ends; gives its address. */
export async function startSim(options: SimulatorOptions = {}): Promise<string> {
  const simulator = await startSimulator({ port: 0, ...options });
  onTestFinished(() => simulator.close());
  return simulator.origin;
}
