const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/**
 * Offset of the first byte at or after `start` that is not text inside a JSON string: the quote that ends it, a control character, or an
 * escape or a UTF-8 sequence that is not valid or not complete before `end` (RFC 8259 §7, RFC 3629 §4).
 */
export function jsonTextEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const byte = bytes[position] as number;
    if (byte === QUOTE || byte < 0x20) return position;
    if (byte !== BACKSLASH && byte < 0x80) {
      position += 1;
      continue;
    }
    const length = byte === BACKSLASH ? escapeLength(bytes, position, end) : sequenceLength(bytes, position, end);
    if (length === 0) return position;
    position += length;
  }
  return position;
}

/** Bytes of the escape at `start`; 0 when it is none. */
function escapeLength(bytes: Uint8Array, start: number, end: number): number {
  if (start + 1 >= end) return 0;
  const kind = bytes[start + 1] as number;
  if (kind !== LOWER_U) return isShortEscape(kind) ? 2 : 0;
  if (start + 6 > end) return 0;
  for (let at = start + 2; at < start + 6; at += 1) if (!isHexDigit(bytes[at] as number)) return 0;
  return 6;
}

/** One of `"\/bfnrt`. */
function isShortEscape(byte: number): boolean {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** Bytes of the UTF-8 sequence at `start`, whose first byte is not ASCII; 0 when it is not valid. */
function sequenceLength(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] as number;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (start + length > end) return 0;
  const second = bytes[start + 1] as number;
  // Overlong forms, surrogates and what lies above U+10FFFF are told by the second byte.
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let at = start + 2; at < start + length; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) return 0;
  return length;
}
