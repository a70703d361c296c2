/** The words of the buffer looked at last: reads come from one buffer, and a view costs more than a comparison. */
let viewedBuffer: ArrayBufferLike | undefined;
let viewedWords: Int32Array = new Int32Array(0);

function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer } = bytes;
  if (buffer !== viewedBuffer) {
    viewedBuffer = buffer;
    viewedWords = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  }
  return viewedWords;
}

/**
 * Fixed bytes, compared four at a time at any offset: a copy shifted to every alignment stands ready, so that words of the
 * pattern and of the searched bytes lie at the same places. Costs a third of comparing byte by byte.
 */
export class BytePattern {
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** Four copies, `#stride` words each: that for alignment `a` begins with the first whole word of a pattern that starts at `a`. */
  readonly #words: Int32Array;
  readonly #stride: number;

  constructor(bytes: Uint8Array) {
    const { length } = bytes;
    this.length = length;
    this.#bytes = bytes;
    this.#stride = (length + 3) >> 2;
    this.#words = new Int32Array(4 * this.#stride);
    const copies = new Uint8Array(this.#words.buffer);
    for (let alignment = 0; alignment < 4; alignment += 1) {
      const skipped = Math.min(length, (4 - alignment) & 3);
      copies.set(skipped === 0 ? bytes : bytes.subarray(skipped), 4 * alignment * this.#stride);
    }
  }

  /** Whether `bytes` holds the pattern at `start`; false when it would reach beyond `end`. */
  isAt(bytes: Uint8Array, start: number, end: number): boolean {
    const { length } = this;
    if (end - start < length) return false;
    const address = bytes.byteOffset + start;
    const alignment = address & 3;
    const skipped = Math.min(length, (4 - alignment) & 3);
    const wordCount = (length - skipped) >> 2;
    const words = this.#words;
    const firstOwn = alignment * this.#stride;
    const view = wordsOf(bytes);
    const firstWord = (address + skipped) >> 2;
    for (let index = wordCount - 1; index >= 0; index -= 1) {
      if (view[firstWord + index] !== words[firstOwn + index]) return false;
    }
    const own = this.#bytes;
    for (let index = 0; index < skipped; index += 1) if (bytes[start + index] !== own[index]) return false;
    for (let index = skipped + 4 * wordCount; index < length; index += 1) {
      if (bytes[start + index] !== own[index]) return false;
    }
    return true;
  }
}
