import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { RequestRecord } from '@assay/contracts';

const CHUNK_BYTES = 262_144;

/** Reads the records that were added to a file since the last time. The program itself writes them, so that they are taken as they are. */
export class RecordTail {
  readonly #path: string;
  readonly #decoder = new StringDecoder('utf8');
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #position = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines only: what is half written waits for the next time. */
  read(onRecord: (record: RequestRecord) => void): void {
    if (!existsSync(this.#path)) return;
    const file = openSync(this.#path, 'r');
    try {
      for (;;) {
        const bytes = readSync(file, this.#chunk, 0, CHUNK_BYTES, this.#position);
        if (bytes === 0) return;
        this.#position += bytes;
        const lines = (this.#rest + this.#decoder.write(this.#chunk.subarray(0, bytes))).split('\n');
        this.#rest = lines.pop() ?? '';
        for (const line of lines) onRecord(JSON.parse(line) as RequestRecord);
      }
    } finally {
      closeSync(file);
    }
  }
}
