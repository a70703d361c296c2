import { type ChildProcess, fork } from 'node:child_process';
import { LoadgenError } from '../errors.ts';
import type { ShardLink, ShardPort } from './link.ts';
import type { FromShard, ToShard } from './protocol.ts';

export interface ProcessOptions {
  /** Module that calls `serveShard(openProcessPort(), …)`. */
  readonly entry: URL;
  readonly count: number;
  /** Flags of the runtime for the children; those of this process unless given. */
  readonly execArgv?: readonly string[];
}

/** Starts workers as child processes; messages go through their pipes. */
export function startProcesses({ entry, count, execArgv }: ProcessOptions): ShardLink[] {
  return Array.from({ length: count }, () => {
    // Each leads a process group of its own, so that Ctrl-C reaches the coordinator alone and the drain is its decision.
    const child = fork(entry, [], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
    return linkTo(child);
  });
}

const EXIT_WITHIN_MS = 2000;

function linkTo(child: ChildProcess): ShardLink {
  let goneReason: string | undefined;
  let onGone: ((reason: string) => void) | undefined;
  let tellGone: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    tellGone = resolve;
  });
  const end = (reason: string): void => {
    if (goneReason !== undefined) return;
    goneReason = reason;
    onGone?.(reason);
    tellGone();
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => {
    const reason =
      signal === null ? `the process ended with code ${code ?? '?'}` : `the process was ended by ${signal}`;
    // What the child sent before its end is read before its channel counts as closed.
    if (child.connected) child.once('disconnect', () => end(reason));
    else end(reason);
  });
  return {
    kind: 'process',
    pid: child.pid,
    send: (message) => {
      // A child that is gone is told by `close`; a failed send adds nothing.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromShard)),
    onGone: (listener) => {
      onGone = listener;
      if (goneReason !== undefined) listener(goneReason);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), EXIT_WITHIN_MS);
      await gone;
      clearTimeout(kill);
    },
  };
}

/**
 * The worker's end, in a process that {@link startProcesses} began. A worker whose coordinator is gone ends itself.
 * @throws LoadgenError WORKER_MISPLACED outside of one
 */
export function openProcessPort(): ShardPort {
  const send = process.send?.bind(process);
  if (send === undefined) {
    throw new LoadgenError('WORKER_MISPLACED', 'this module is a worker and runs in no process of a load', {
      hint: 'start it with startProcesses',
    });
  }
  process.once('disconnect', () => process.exit());
  return {
    send: (message) => {
      send(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToShard)),
    close: () => undefined,
  };
}
