const NO_BYTES = new Uint8Array(0);

/** Bytes that grow at the end; the space is kept and doubled, so that appending costs no more than copying. */
export class ByteStore {
  bytes: Uint8Array = NO_BYTES;
  length = 0;

  append(source: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(1024, needed * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = needed;
  }

  appendByte(byte: number): void {
    this.append(Uint8Array.of(byte), 0, 1);
  }
}
