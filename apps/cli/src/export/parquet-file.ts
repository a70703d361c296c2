import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { ByteSink } from '@assay/report';
import { CliError } from '../cli-error.ts';

const MAGIC = 'PAR1';

/**
 * Writes a file that takes its name when it is whole; a failure leaves what was there before.
 * @throws CliError OUT_NOT_WRITABLE
 */
export async function writeParquetFile<T>(file: string, write: (sink: ByteSink) => Promise<T>): Promise<T> {
  refuseOthers(file);
  const partial = `${file}.partial`;
  let handle: FileHandle;
  try {
    handle = await open(partial, 'w');
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('OUT_NOT_WRITABLE', `cannot write ${file}: ${reason}`, {
      cause: error,
      hint: 'name a file in a folder that is there',
    });
  }
  try {
    const result = await write((bytes) => handle.writeFile(bytes));
    await handle.close();
    await rename(partial, file);
    return result;
  } catch (error: unknown) {
    await handle.close().catch(() => undefined); // it may be closed; what failed before counts
    await rm(partial, { force: true });
    throw error;
  }
}

/** An export can be made anew; a file of another kind was named by mistake, and may be the records themselves. */
function refuseOthers(file: string): void {
  if (!existsSync(file)) return;
  if (statSync(file).isFile()) {
    const start = Buffer.alloc(MAGIC.length);
    const descriptor = openSync(file, 'r');
    try {
      readSync(descriptor, start);
    } finally {
      closeSync(descriptor);
    }
    if (start.toString('latin1') === MAGIC) return;
  }
  throw new CliError('OUT_NOT_WRITABLE', `${file} is there and is no Parquet file`, {
    hint: 'name another file; only an earlier export is replaced',
  });
}
