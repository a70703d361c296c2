import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** The embedded service in a process of its own. */
export interface EmbeddedService {
  readonly origin: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 15_000;

/**
 * Starts this program's `sim` command as a child. It leads a process group of its own, so that Ctrl-C reaches the load generator alone
 * and a drain still finds its server; it ends with its stdin, so it never outlives this process.
 *
 * @throws CliError SIMULATOR_FAILED
 */
export async function startEmbeddedService(seed: number): Promise<EmbeddedService> {
  const program = process.argv[1];
  if (program === undefined) throw new CliError('SIMULATOR_FAILED', 'the path of this program is unknown');
  const args = [...process.execArgv, program, 'sim', '--port', '0', '--seed', String(seed), '--until-stdin-ends'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 2000);
    await exited;
    clearTimeout(kill);
  };
  try {
    return { origin: await readOrigin(child, exited), stop };
  } catch (error: unknown) {
    await stop();
    throw error;
  }
}

async function readOrigin(child: ChildProcess, exited: Promise<void>): Promise<string> {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000);
  });
  const firstLine = new Promise<string | undefined>((resolve) => {
    if (child.stdout === null) return resolve(undefined);
    createInterface({ input: child.stdout }).once('line', resolve);
    const timer = setTimeout(() => resolve(undefined), READY_WITHIN_MS);
    timer.unref();
    void exited.then(() => resolve(undefined));
  });
  const line = await firstLine;
  const ready: unknown = line === undefined ? undefined : JSON.parse(line);
  if (typeof ready === 'object' && ready !== null && 'origin' in ready && typeof ready.origin === 'string') {
    return ready.origin;
  }
  throw new CliError('SIMULATOR_FAILED', `the embedded service did not start: ${complaints.trim() || 'no answer'}`, {
    exitCode: EXIT.internal,
    hint: 'assay sim shows what is wrong',
  });
}
