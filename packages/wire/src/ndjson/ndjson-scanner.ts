import { ByteStore } from '../byte-store.ts';

/** Receives lines. The bytes are valid during the call only. */
export interface NdjsonHandler {
  /** One line that is not blank, without its end. */
  onLine(bytes: Uint8Array, start: number, end: number): void;
  onTooLarge?(): void;
}

export interface NdjsonScanner {
  push(bytes: Uint8Array, start: number, end: number): void;
  /** The stream ended: a last line without its LF is a line too. */
  finish(): void;
}

const LF = 0x0a;
const CR = 0x0d;
const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Lines of newline-delimited JSON: LF or CRLF ends them, blank ones are skipped. A line is copied only when it spans several calls. */
export function createNdjsonScanner(
  handler: NdjsonHandler,
  options: { readonly maxLineBytes?: number } = {},
): NdjsonScanner {
  const maxLineBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
  const carry = new ByteStore();
  let isStopped = false;
  const emit = (bytes: Uint8Array, start: number, lineEnd: number): void => {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (end > start) handler.onLine(bytes, start, end);
  };
  const keep = (bytes: Uint8Array, start: number, end: number): void => {
    carry.append(bytes, start, end);
    if (carry.length <= maxLineBytes) return;
    isStopped = true;
    handler.onTooLarge?.();
  };
  const emitCarry = (): void => {
    const { length } = carry;
    carry.length = 0;
    if (!isStopped) emit(carry.bytes, 0, length);
  };
  return {
    push: (bytes, start, end) => {
      const chunk = bytes.subarray(start, end);
      let position = start;
      while (position < end && !isStopped) {
        const offset = chunk.indexOf(LF, position - start);
        const found = offset + start;
        if (offset < 0) {
          keep(bytes, position, end);
          return;
        }
        if (carry.length === 0) emit(bytes, position, found);
        else {
          keep(bytes, position, found);
          emitCarry();
        }
        position = found + 1;
      }
    },
    finish: () => {
      emitCarry();
    },
  };
}
