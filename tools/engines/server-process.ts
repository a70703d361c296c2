import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const STOP_AFTER_MS = 5_000;

/** Process groups that live: ended with this process, however it ends. */
const groups: Set<number> = new Set();

function endGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

process.once('exit', () => {
  for (const group of groups) endGroup(group, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(6));

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** File that takes what the server prints. */
  readonly logFile: string;
}

/** A server in a process group of its own, so that what it starts ends with it. */
export class ServerProcess {
  readonly pid: number;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #hasExited = false;

  constructor({ command, args, env, cwd, logFile }: ServerCommand) {
    this.logFile = logFile;
    const log = openSync(logFile, 'a');
    this.#child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    closeSync(log);
    this.#exited = new Promise((resolve) => {
      const onEnd = (): void => {
        this.#hasExited = true;
        resolve();
      };
      this.#child.once('exit', onEnd);
      this.#child.once('error', onEnd);
    });
    if (this.#child.pid === undefined) throw new Error(`cannot start ${command}`);
    this.pid = this.#child.pid;
    groups.add(this.pid);
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Waits until `GET url` answers 200. */
  async waitUntilReady(url: string, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    while (performance.now() < deadlineMs) {
      if (this.#hasExited) throw new Error(`the server ended before it was ready:\n${lastLines(this.log())}`);
      const status = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.status,
        () => undefined,
      );
      if (status === 200) return;
      await sleep(POLL_MS);
    }
    throw new Error(`the server is not ready after ${timeoutMs} ms:\n${lastLines(this.log())}`);
  }

  async waitForEnd(timeoutMs: number): Promise<'ended' | 'killed'> {
    await Promise.race([this.#exited, sleep(timeoutMs, undefined, { ref: false })]);
    const verdict = this.#hasExited ? 'ended' : 'killed';
    await this.#kill();
    return verdict;
  }

  async stop(): Promise<void> {
    endGroup(this.pid, 'SIGTERM');
    await this.waitForEnd(STOP_AFTER_MS);
  }

  /** Also what it left behind: workers that outlive it. */
  async #kill(): Promise<void> {
    endGroup(this.pid, 'SIGKILL');
    groups.delete(this.pid);
    await this.#exited;
  }
}

export function lastLines(text: string, count = 15): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
