import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const CLI = 'apps/cli/bin/assay.js';

/** Binds a command to one core where the machine can, so that client and server do not take time from each other. */
export function pinned(core: number, command: readonly string[]): string[] {
  return existsSync('/usr/bin/taskset') ? ['taskset', '-c', String(core), ...command] : [...command];
}

export interface ServerProcess {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts `assay sim` in a process of its own on core 1; resolves when it listens. */
export async function startSimulatorProcess(flags: readonly string[]): Promise<ServerProcess> {
  const [program = 'node', ...args] = pinned(1, [process.execPath, CLI, 'sim', '--port', '0', ...flags]);
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.stdout === null) throw new Error('the simulator has no stdout');
  const lines = createInterface({ input: child.stdout });
  const ready = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    exited.then(() => Promise.reject(new Error(`the simulator ended before it listened: ${stderr}`))),
  ]);
  const { origin } = JSON.parse(ready) as { origin: string };
  return {
    origin,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs `assay` on core 0 to its end; the exit code is part of the result. */
export function runAssay(args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const [program = 'node', ...rest] = pinned(0, [process.execPath, CLI, ...args]);
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}
