import { type FileHandle, open } from 'node:fs/promises';
import { LoadgenError } from '../errors.ts';
import type { RecordFailure, RecordSink } from './recorder.ts';

/**
 * Sink on a new file. Writes are queued behind one another, so a slow disk never blocks sending; what one `write` call
 * could not put down (disk full) fails the sink and everything written before stays.
 * @throws LoadgenError RECORD_EXISTS when the file is there, RECORD_WRITE_FAILED when it cannot be created
 */
export async function createFileSink(path: string): Promise<RecordSink> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'ax');
  } catch (error: unknown) {
    const code = errorCode(error);
    if (code === 'EEXIST') {
      throw new LoadgenError('RECORD_EXISTS', `${path} exists already`, { cause: error, hint: 'choose another --out' });
    }
    throw new LoadgenError('RECORD_WRITE_FAILED', `cannot create ${path} (${code})`, { cause: error });
  }
  return createQueuedSink(path, handle);
}

/** The two calls of a file handle the sink needs. */
export interface AppendHandle {
  appendFile(data: string): Promise<void>;
  close(): Promise<void>;
}

/** @internal Sink on an open handle. */
export function createQueuedSink(path: string, handle: AppendHandle): RecordSink {
  let pending: string[] = [];
  let running: Promise<void> | undefined;
  let failure: RecordFailure | undefined;
  const listeners: ((failure: RecordFailure) => void)[] = [];

  async function drain(): Promise<void> {
    while (pending.length > 0 && failure === undefined) {
      const text = pending.length === 1 ? (pending[0] ?? '') : pending.join('');
      pending = [];
      try {
        await handle.appendFile(text);
      } catch (error: unknown) {
        fail(error);
      }
    }
    running = undefined;
  }

  function fail(error: unknown): void {
    const code = errorCode(error);
    const reason = code === 'ENOSPC' ? 'no space left on the device' : code;
    failure = { code: 'RECORD_WRITE_FAILED', message: `cannot write ${path}: ${reason} (${code})` };
    pending = [];
    for (const listener of listeners) listener(failure);
  }

  return {
    write: (text) => {
      if (failure !== undefined) return;
      pending.push(text);
      running ??= drain();
    },
    onFailure: (listener) => {
      listeners.push(listener);
      if (failure !== undefined) listener(failure);
    },
    close: async () => {
      if (running !== undefined) await running;
      await handle.close();
    },
  };
}

function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.message : String(error);
}
