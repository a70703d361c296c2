import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { LoadgenError } from '../errors.ts';
import type { ShardLink, ShardPort } from './link.ts';
import { createPermitWords } from './permits.ts';
import type { FromShard, ToShard } from './protocol.ts';

export interface ThreadOptions {
  /** Module that calls `serveShard(openThreadPort(), …)`. */
  readonly entry: URL;
  readonly count: number;
  /** Permits of the whole load; see `permitsOfLoad`. */
  readonly permits: number | undefined;
  /** Flags of the runtime for the threads; those of this process unless given. */
  readonly execArgv?: readonly string[];
}

interface ThreadData {
  readonly assayPermits: Int32Array<SharedArrayBuffer> | undefined;
}

/** Starts workers as threads of this process; their permits lie in shared memory. */
export function startThreads(options: ThreadOptions): ShardLink[] {
  const { entry, count, permits, execArgv } = options;
  const permitWords = permits === undefined ? undefined : createPermitWords(permits, count);
  return Array.from({ length: count }, () => {
    const data: ThreadData = { assayPermits: permitWords };
    const worker = new Worker(entry, {
      workerData: data,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
    return linkTo(worker, permitWords);
  });
}

function linkTo(worker: Worker, permitWords: Int32Array<SharedArrayBuffer> | undefined): ShardLink {
  let goneReason: string | undefined;
  let onGone: ((reason: string) => void) | undefined;
  let failure: string | undefined;
  worker.on('error', (error: unknown) => {
    failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      goneReason = failure ?? `the thread ended with code ${code}`;
      onGone?.(goneReason);
      resolve();
    });
  });
  return {
    kind: 'thread',
    permitWords,
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', (message: FromShard) => listener(message)),
    onGone: (listener) => {
      onGone = listener;
      if (goneReason !== undefined) listener(goneReason);
    },
    close: async () => {
      void worker.terminate();
      await exited;
    },
  };
}

/**
 * The worker's end, in a thread that {@link startThreads} began.
 * @throws LoadgenError WORKER_MISPLACED outside of one
 */
export function openThreadPort(): ShardPort {
  const port = parentPort;
  if (isMainThread || port === null) {
    throw new LoadgenError('WORKER_MISPLACED', 'this module is a worker and runs in no thread of a load', {
      hint: 'start it with startThreads',
    });
  }
  const { assayPermits } = workerData as ThreadData;
  return {
    permitWords: assayPermits,
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (message: ToShard) => listener(message)),
    close: () => port.close(),
  };
}
