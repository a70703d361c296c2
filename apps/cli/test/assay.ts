import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
export const ROOT: string = join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly stderrSoFar: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts the real program from its sources. */
export function startAssay(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running {
  const child = spawn(process.execPath, ['--conditions=@assay/source', MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
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
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as Ended);
  return { child, stderrSoFar: () => stderr, ended };
}

export async function assay(...args: readonly string[]): Promise<Ended> {
  return await startAssay(args).ended;
}

/** An empty folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `assay sim` in a process of its own; gives its address. */
export async function startSim(...flags: readonly string[]): Promise<string> {
  const { child, stderrSoFar } = startAssay(['sim', '--port', '0', ...flags]);
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)]);
  if (line === undefined) throw new Error(`sim ended: ${stderrSoFar()}`);
  return (JSON.parse(String(line[0])) as { origin: string }).origin;
}
