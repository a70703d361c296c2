import type { HttpFailureCode } from './http-failure.ts';
import { HttpViolation } from './http-failure.ts';

/** How the end of a response body is found (RFC 9112 §6.3). */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly lengthBytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export interface StatusLine {
  readonly status: number;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minorVersion: number;
}

const CR = 13;
const TAB = 9;
const SPACE = 32;
const COLON = 58;
const DELETE = 127;

/** Lower-case byte of every token character (RFC 9110 §5.6.2), 0 for every other byte. */
const TOKEN_LOWER: Uint8Array = createTokenTable();

function createTokenTable(): Uint8Array {
  const table = new Uint8Array(256);
  for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
    table[char.charCodeAt(0)] = char.charCodeAt(0);
  }
  for (let code = 65; code <= 90; code += 1) table[code] = code + 32;
  return table;
}

export function isTokenByte(byte: number): boolean {
  return TOKEN_LOWER[byte] !== 0;
}

/** Bytes `[start, end)` as ISO 8859-1, the encoding of header fields (RFC 9110 §5.5). */
function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(undefined, bytes.subarray(start, end) as unknown as number[]);
}

/** First bytes of every status line this reader takes. HTTP/0.9 and 2.0 are refused. */
const VERSION_PREFIX: readonly number[] = [72, 84, 84, 80, 47, 49, 46];

/** True while `[start, end)` may still become a status line; lets a reader refuse another protocol at its first byte. */
export function isStatusLinePrefix(bytes: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(end - start, VERSION_PREFIX.length);
  for (let index = 0; index < length; index += 1) {
    if (bytes[start + index] !== VERSION_PREFIX[index]) return false;
  }
  return true;
}

/** Parses a status line without its CRLF. Throws `HttpViolation` (`HTTP_BAD_STATUS_LINE`). */
export function parseStatusLine(bytes: Uint8Array, start: number, end: number): StatusLine {
  const minorVersion = (bytes[start + 7] ?? 0) - 48;
  const status = threeDigits(bytes, start + 9);
  const isWellFormed =
    end - start >= 12 &&
    (minorVersion === 0 || minorVersion === 1) &&
    bytes[start + 8] === SPACE &&
    status >= 100 &&
    (end === start + 12 || bytes[start + 12] === SPACE);
  if (!isWellFormed)
    throw violation('HTTP_BAD_STATUS_LINE', 'not a status line of HTTP/1.0 or HTTP/1.1', bytes, start, end);
  for (let index = start + 12; index < end; index += 1) {
    if (bytes[index] === CR)
      throw violation('HTTP_BAD_STATUS_LINE', 'carriage return in the reason phrase', bytes, start, end);
  }
  return { status, minorVersion };
}

function threeDigits(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let index = start; index < start + 3; index += 1) {
    const digit = (bytes[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Parses one field line without its CRLF and without obsolete folding. Throws `HttpViolation`. */
export function parseFieldLine(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly name: string; readonly value: string } {
  const first = bytes[start];
  if (first === SPACE || first === TAB) throw violation('HTTP_OBSOLETE_FOLD', 'folded header line', bytes, start, end);
  let colon = start;
  let hasUpperCase = false;
  for (; colon < end; colon += 1) {
    const byte = bytes[colon] as number;
    const lower = TOKEN_LOWER[byte] as number;
    if (lower === 0) break;
    if (lower !== byte) hasUpperCase = true;
  }
  if (colon === start || bytes[colon] !== COLON || colon >= end) {
    throw violation('HTTP_BAD_HEADER', 'header line without a valid name', bytes, start, end);
  }
  let valueStart = colon + 1;
  let valueEnd = end;
  while (valueStart < valueEnd && isBlank(bytes[valueStart])) valueStart += 1;
  while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd -= 1;
  for (let index = valueStart; index < valueEnd; index += 1) {
    const byte = bytes[index] as number;
    if ((byte < SPACE && byte !== TAB) || byte === DELETE) {
      throw violation('HTTP_BAD_HEADER', 'control byte in a header value', bytes, start, end);
    }
  }
  const name = decodeLatin1(bytes, start, colon);
  return { name: hasUpperCase ? name.toLowerCase() : name, value: decodeLatin1(bytes, valueStart, valueEnd) };
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/**
 * Decides the framing of a response (RFC 9112 §6.3), refusing everything two readers could understand differently:
 * a repeated Content-Length (equal or not), Content-Length beside Transfer-Encoding, any coding but `chunked`.
 * `contentLengthCount` is the number of Content-Length lines. Throws `HttpViolation`.
 */
export function decideFraming(
  status: number,
  isHeadRequest: boolean,
  headers: ReadonlyMap<string, string>,
  contentLengthCount: number,
): BodyFraming {
  const coding = headers.get('transfer-encoding');
  const contentLength = headers.get('content-length');
  if (contentLengthCount > 1) throw new HttpViolation('HTTP_AMBIGUOUS_FRAMING', 'more than one Content-Length');
  if (coding !== undefined && contentLength !== undefined) {
    throw new HttpViolation('HTTP_AMBIGUOUS_FRAMING', 'Content-Length beside Transfer-Encoding');
  }
  const lengthBytes = contentLength === undefined ? undefined : parseContentLength(contentLength);
  if (isHeadRequest || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (coding !== undefined) {
    if (coding.toLowerCase() === 'chunked') return { kind: 'chunked' };
    throw new HttpViolation('HTTP_UNSUPPORTED_CODING', `transfer coding ${JSON.stringify(coding.slice(0, 60))}`);
  }
  if (lengthBytes === undefined) return { kind: 'until-close' };
  return lengthBytes === 0 ? { kind: 'none' } : { kind: 'length', lengthBytes };
}

function parseContentLength(text: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new HttpViolation('HTTP_BAD_CONTENT_LENGTH', `Content-Length ${JSON.stringify(text.slice(0, 60))}`);
}

/** Whether the connection may carry another exchange after this response (RFC 9112 §9.3). */
export function decideKeepAlive(
  minorVersion: number,
  headers: ReadonlyMap<string, string>,
  framing: BodyFraming,
): boolean {
  if (framing.kind === 'until-close') return false;
  const connection = headers.get('connection');
  if (connection === undefined) return minorVersion === 1;
  const options = connection
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  if (options.includes('close')) return false;
  // RFC 9112 §6.1: Transfer-Encoding in HTTP/1.0 means a faulty message; its connection is not used again.
  return minorVersion === 1 || (options.includes('keep-alive') && framing.kind !== 'chunked');
}

function violation(code: HttpFailureCode, what: string, bytes: Uint8Array, start: number, end: number): HttpViolation {
  return new HttpViolation(code, `${what}: ${JSON.stringify(decodeLatin1(bytes, start, Math.min(end, start + 60)))}`);
}
