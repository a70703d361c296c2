import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned, type ServerProcess } from '../processes.ts';

export interface TruthServer extends ServerProcess {
  readonly processId: number;
}

const SOURCE = fileURLToPath(new URL('truth-server.c', import.meta.url));

/** Compiles the server; the program's path, or why there is none. */
export function buildTruthServer(folder: string): { readonly program: string } | { readonly reason: string } {
  const program = join(folder, 'truth-server');
  const built = spawnSync('cc', ['-O2', '-o', program, SOURCE], { encoding: 'utf8' });
  if (built.error !== undefined) return { reason: `no C compiler: ${built.error.message}` };
  return built.status === 0 ? { program } : { reason: `it does not compile here: ${built.stderr.slice(0, 300)}` };
}

export interface TruthServerSettings {
  readonly ttftUs: number;
  readonly itlUs: number;
  readonly truthFile: string;
  /** Further options as the head of `truth-server.c` lists them. */
  readonly options?: readonly string[];
}

/** Starts the server on core 1; resolves when it listens. Times in microseconds. */
export async function startTruthServer(
  program: string,
  { ttftUs, itlUs, truthFile, options = [] }: TruthServerSettings,
): Promise<TruthServer> {
  const [file = program, ...args] = pinned(1, [program, '0', String(ttftUs), String(itlUs), truthFile, ...options]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  if (child.pid === undefined) throw new Error('the truth server did not start');
  return {
    processId: child.pid,
    origin: `http://127.0.0.1:${Number(port.toString())}`,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
