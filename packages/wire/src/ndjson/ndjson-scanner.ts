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
  let carry = new Uint8Array(0);
  let isStopped = false;
  const emit = (bytes: Uint8Array, start: number, lineEnd: number): void => {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (end > start) handler.onLine(bytes, start, end);
  };
  const keep = (bytes: Uint8Array, start: number, end: number): void => {
    const joined = new Uint8Array(carry.length + end - start);
    joined.set(carry);
    joined.set(bytes.subarray(start, end), carry.length);
    carry = joined;
    if (carry.length <= maxLineBytes) return;
    isStopped = true;
    handler.onTooLarge?.();
  };
  return {
    push: (bytes, start, end) => {
      let position = start;
      while (position < end && !isStopped) {
        const found = bytes.indexOf(LF, position);
        if (found < 0 || found >= end) {
          keep(bytes, position, end);
          return;
        }
        if (carry.length === 0) emit(bytes, position, found);
        else {
          keep(bytes, position, found);
          const line = carry;
          carry = new Uint8Array(0);
          if (!isStopped) emit(line, 0, line.length);
        }
        position = found + 1;
      }
    },
    finish: () => {
      const line = carry;
      carry = new Uint8Array(0);
      if (!isStopped) emit(line, 0, line.length);
    },
  };
}
