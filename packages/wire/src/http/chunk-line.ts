import { HttpViolation } from './http-failure.ts';
import { isTokenByte } from './http-head.ts';

const SEMICOLON = 59;
const EQUALS = 61;
const QUOTE = 34;
const BACKSLASH = 92;
const TAB = 9;
const SPACE = 32;
const DELETE = 127;

const HEX_VALUES: Int8Array = createHexTable();

function createHexTable(): Int8Array {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < 16; value += 1) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
}

/** Value of a hexadecimal digit, -1 for any other byte. */
export function hexDigit(byte: number): number {
  return HEX_VALUES[byte] as number;
}

/**
 * Size in bytes from a chunk's first line without its CRLF (RFC 9112 §7.1). Extensions are checked and dropped.
 * Blanks are refused as llhttp refuses them. Throws `HttpViolation` (`HTTP_BAD_CHUNK`).
 */
export function parseChunkLine(bytes: Uint8Array, start: number, end: number): number {
  let sizeBytes = 0;
  let position = start;
  for (; position < end; position += 1) {
    const digit = hexDigit(bytes[position] as number);
    if (digit < 0) break;
    sizeBytes = sizeBytes * 16 + digit;
    if (sizeBytes > Number.MAX_SAFE_INTEGER) throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk size out of range');
  }
  if (position === start) throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk without a size');
  while (position < end) position = skipExtension(bytes, position, end);
  return sizeBytes;
}

/** Position after one `;name` or `;name=value`. */
function skipExtension(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== SEMICOLON) throw new HttpViolation('HTTP_BAD_CHUNK', 'invalid byte in a chunk size');
  let position = skipToken(bytes, start + 1, end);
  if (position === start + 1) throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk extension without a name');
  if (position < end && bytes[position] === EQUALS) {
    position += 1;
    position =
      bytes[position] === QUOTE && position < end ? skipQuoted(bytes, position, end) : skipToken(bytes, position, end);
  }
  return position;
}

function skipToken(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && isTokenByte(bytes[position] as number)) position += 1;
  return position;
}

function skipQuoted(bytes: Uint8Array, start: number, end: number): number {
  for (let position = start + 1; position < end; position += 1) {
    const byte = bytes[position] as number;
    if (byte === QUOTE) return position + 1;
    if ((byte < SPACE && byte !== TAB) || byte === DELETE) break;
    if (byte === BACKSLASH) position += 1;
  }
  throw new HttpViolation('HTTP_BAD_CHUNK', 'unfinished quoted string in a chunk extension');
}
