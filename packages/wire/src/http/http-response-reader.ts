import { hexDigit, parseChunkLine } from './chunk-line.ts';
import type { HttpFailureCode } from './http-failure.ts';
import { HttpViolation } from './http-failure.ts';
import type { BodyFraming, StatusLine } from './http-head.ts';
import { decideFraming, decideKeepAlive, isStatusLinePrefix, parseFieldLine, parseStatusLine } from './http-head.ts';
import type { HttpReaderLimits, HttpResponseHandler, HttpResponseReader } from './http-response-handler.ts';
import { DEFAULT_HTTP_READER_LIMITS } from './http-response-handler.ts';

type State =
  | 'status-line'
  | 'headers'
  | 'length'
  | 'until-close'
  | 'chunk-line'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'no-body'
  | 'done';

const CR = 13;
const LF = 10;
const NO_BYTES = new Uint8Array(0);

interface RememberedHead {
  readonly bytes: Uint8Array;
  readonly isHeadRequest: boolean;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly framing: BodyFraming;
  readonly isReusable: boolean;
}

/** Creates a reader. Limits are strict: what exceeds them is an error, never cut off. */
export function createHttpResponseReader(
  handler: HttpResponseHandler,
  limits: Partial<HttpReaderLimits> = {},
): HttpResponseReader {
  return new ResponseReader(handler, { ...DEFAULT_HTTP_READER_LIMITS, ...limits });
}

class ResponseReader implements HttpResponseReader {
  readonly #handler: HttpResponseHandler;
  readonly #limits: HttpReaderLimits;
  #state: State = 'status-line';
  #isHeadRequest = false;
  #statusLine: StatusLine | undefined;
  #headers: Map<string, string> = new Map();
  #headerCount = 0;
  #contentLengthCount = 0;
  #informationalCount = 0;
  /** Bytes of the finished lines of the head or of the trailers. */
  #headBytes = 0;
  #remainingBytes = 0;
  #isReusable = false;
  /** Start of an unfinished line, kept between two pushes. */
  #carry: Uint8Array = NO_BYTES;
  #carryLength = 0;
  /** The previous head, if it came in one piece: servers repeat themselves, and comparing bytes is ten times cheaper than parsing them. */
  #remembered: RememberedHead | undefined;
  /** Offset in the current push at which the head started; -1 when it began in an earlier one. */
  #headStart = -1;

  constructor(handler: HttpResponseHandler, limits: HttpReaderLimits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  reset(method: string): void {
    this.#state = 'status-line';
    this.#isHeadRequest = method === 'HEAD';
    this.#informationalCount = 0;
    this.#startHead();
  }

  cancel(): void {
    this.#state = 'done';
  }

  push(bytes: Uint8Array, start: number, end: number): number {
    try {
      return this.#read(bytes, start, end);
    } catch (error: unknown) {
      if (!(error instanceof HttpViolation)) throw error;
      this.#fail(error.code, error.message);
      return end;
    }
  }

  finish(): void {
    switch (this.#state) {
      case 'done':
        return;
      case 'until-close':
        this.#complete();
        return;
      case 'status-line':
      case 'headers': {
        const isUntouched = this.#headBytes === 0 && this.#carryLength === 0 && this.#informationalCount === 0;
        const code = isUntouched ? 'HTTP_CLOSED_BEFORE_RESPONSE' : 'HTTP_CLOSED_IN_HEAD';
        this.#fail(code, isUntouched ? 'connection closed before a response' : 'connection closed in the headers');
        return;
      }
      default:
        this.#fail('HTTP_CLOSED_IN_BODY', 'connection closed before the end of the body');
    }
  }

  #read(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    this.#headStart = -1;
    while (position < end && this.#state !== 'done') {
      switch (this.#state) {
        case 'status-line':
          position = this.#readStatusLine(bytes, position, end);
          break;
        case 'headers':
        case 'trailers':
          position = this.#readFieldLine(bytes, position, end);
          break;
        case 'chunk-line':
          position = this.#readWholeChunks(bytes, position, end);
          if (this.#state === 'chunk-line' && position < end) position = this.#readChunkLine(bytes, position, end);
          break;
        case 'chunk-end':
          position = this.#readChunkEnd(bytes, position, end);
          break;
        default:
          position = this.#readBody(bytes, position, end);
      }
    }
    return position;
  }

  #readStatusLine(bytes: Uint8Array, start: number, end: number): number {
    if (this.#carryLength === 0) {
      const after = this.#recallHead(bytes, start, end);
      if (after > 0) return after;
      this.#headStart = start;
    }
    if (this.#carryLength < 8) this.#checkStatusPrefix(bytes, start, end);
    const lineFeed = bytes.indexOf(LF, start);
    if (lineFeed < 0 || lineFeed >= end)
      return this.#keep(bytes, start, end, this.#limits.maxHeadBytes, 'HTTP_HEAD_TOO_LARGE');
    this.#takeLine(bytes, start, lineFeed, (source, from, to) => {
      this.#statusLine = parseStatusLine(source, from, to);
    });
    this.#state = 'headers';
    return lineFeed + 1;
  }

  #checkStatusPrefix(bytes: Uint8Array, start: number, end: number): void {
    if (this.#carryLength === 0 ? isStatusLinePrefix(bytes, start, end) : this.#isCarriedPrefix(bytes, start, end))
      return;
    throw new HttpViolation('HTTP_BAD_STATUS_LINE', 'the answer does not start with HTTP/1.');
  }

  #isCarriedPrefix(bytes: Uint8Array, start: number, end: number): boolean {
    const joined = new Uint8Array(8);
    joined.set(this.#carry.subarray(0, this.#carryLength));
    const added = Math.min(end - start, 8 - this.#carryLength);
    joined.set(bytes.subarray(start, start + added), this.#carryLength);
    return isStatusLinePrefix(joined, 0, this.#carryLength + added);
  }

  #readFieldLine(bytes: Uint8Array, start: number, end: number): number {
    const lineFeed = bytes.indexOf(LF, start);
    if (lineFeed < 0 || lineFeed >= end)
      return this.#keep(bytes, start, end, this.#limits.maxHeadBytes, 'HTTP_HEAD_TOO_LARGE');
    let isEmpty = false;
    this.#takeLine(bytes, start, lineFeed, (source, from, to) => {
      isEmpty = from === to;
      if (!isEmpty) this.#addField(source, from, to);
    });
    if (!isEmpty) return lineFeed + 1;
    if (this.#state === 'trailers') this.#complete();
    else this.#endHead(bytes, lineFeed + 1);
    return lineFeed + 1;
  }

  #addField(bytes: Uint8Array, start: number, end: number): void {
    this.#headerCount += 1;
    if (this.#headerCount > this.#limits.maxHeaders) {
      throw new HttpViolation('HTTP_TOO_MANY_HEADERS', `more than ${this.#limits.maxHeaders} header lines`);
    }
    const { name, value } = parseFieldLine(bytes, start, end);
    if (this.#state === 'trailers') {
      this.#handler.onTrailer?.(name, value);
      return;
    }
    if (name === 'content-length') this.#contentLengthCount += 1;
    const earlier = this.#headers.get(name);
    this.#headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }

  #endHead(bytes: Uint8Array, end: number): void {
    const { status, minorVersion } = this.#statusLine as StatusLine;
    const framing = decideFraming(status, this.#isHeadRequest, this.#headers, this.#contentLengthCount);
    if (status === 101) throw new HttpViolation('HTTP_UNEXPECTED_UPGRADE', 'the server switched protocols unasked');
    if (status < 200) {
      this.#informationalCount += 1;
      if (this.#informationalCount > this.#limits.maxInformational) {
        throw new HttpViolation(
          'HTTP_HEAD_TOO_LARGE',
          `more than ${this.#limits.maxInformational} informational responses`,
        );
      }
      this.#state = 'status-line';
      this.#startHead();
      this.#handler.onInformational?.(status);
      return;
    }
    const headers = this.#headers;
    const isReusable = decideKeepAlive(minorVersion, headers, framing);
    if (this.#headStart >= 0) {
      // Not slice(): that of a Node.js Buffer gives a view, and the reader's caller reuses the memory.
      const copy = Uint8Array.from(bytes.subarray(this.#headStart, end));
      this.#remembered = { bytes: copy, isHeadRequest: this.#isHeadRequest, status, headers, framing, isReusable };
    }
    this.#startBody(status, headers, framing, isReusable);
  }

  /** Offset after the head when it equals the previous one, else -1. */
  #recallHead(bytes: Uint8Array, start: number, end: number): number {
    const remembered = this.#remembered;
    if (remembered === undefined || remembered.isHeadRequest !== this.#isHeadRequest) return -1;
    const known = remembered.bytes;
    const length = known.length;
    if (end - start < length) return -1;
    for (let index = 0; index < length; index += 1) {
      if (bytes[start + index] !== known[index]) return -1;
    }
    this.#startBody(remembered.status, remembered.headers, remembered.framing, remembered.isReusable);
    return start + length;
  }

  #startHead(): void {
    this.#statusLine = undefined;
    this.#headers = new Map();
    this.#headerCount = 0;
    this.#contentLengthCount = 0;
    this.#headBytes = 0;
    this.#carryLength = 0;
  }

  #startBody(status: number, headers: ReadonlyMap<string, string>, framing: BodyFraming, isReusable: boolean): void {
    this.#isReusable = isReusable;
    this.#headBytes = 0;
    this.#headerCount = 0;
    if (framing.kind === 'length') this.#remainingBytes = framing.lengthBytes;
    this.#state = framing.kind === 'chunked' ? 'chunk-line' : framing.kind === 'none' ? 'no-body' : framing.kind;
    this.#handler.onHead(status, headers);
    if (this.#state === 'no-body') this.#complete();
  }

  #readBody(bytes: Uint8Array, start: number, end: number): number {
    if (this.#state === 'until-close') {
      this.#handler.onBody(bytes, start, end);
      return end;
    }
    const isChunk = this.#state === 'chunk-data';
    const stop = Math.min(end, start + this.#remainingBytes);
    this.#remainingBytes -= stop - start;
    const isFinished = this.#remainingBytes === 0;
    if (isFinished && isChunk) this.#state = 'chunk-end';
    this.#handler.onBody(bytes, start, stop);
    if (isFinished && !isChunk && this.#state === 'length') this.#complete();
    return stop;
  }

  /** The common case in one loop: chunks that lie in the bytes as a whole, without extensions, and an end without trailers. All else is left to the states. */
  #readWholeChunks(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    while (this.#state === 'chunk-line' && this.#carryLength === 0) {
      const lastDigit = Math.min(end, position + 7);
      let sizeBytes = 0;
      let cursor = position;
      for (; cursor < lastDigit; cursor += 1) {
        const digit = hexDigit(bytes[cursor] as number);
        if (digit < 0) break;
        sizeBytes = sizeBytes * 16 + digit;
      }
      const dataStart = cursor + 2;
      const dataEnd = dataStart + sizeBytes;
      if (cursor === position || dataEnd + 2 > end) return position;
      if (bytes[cursor] !== CR || bytes[cursor + 1] !== LF || bytes[dataEnd] !== CR || bytes[dataEnd + 1] !== LF) {
        return position;
      }
      position = dataEnd + 2;
      if (sizeBytes === 0) this.#complete();
      else this.#handler.onBody(bytes, dataStart, dataEnd);
    }
    return position;
  }

  #readChunkLine(bytes: Uint8Array, start: number, end: number): number {
    if (this.#carryLength === 0 && hexDigit(bytes[start] as number) < 0) {
      throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk without a size');
    }
    const lineFeed = bytes.indexOf(LF, start);
    const limit = this.#limits.maxChunkLineBytes;
    if (lineFeed < 0 || lineFeed >= end) return this.#keep(bytes, start, end, limit, 'HTTP_CHUNK_LINE_TOO_LONG');
    if (this.#carryLength + lineFeed + 1 - start > limit) throw tooLong('HTTP_CHUNK_LINE_TOO_LONG', limit);
    let sizeBytes = 0;
    this.#takeLine(bytes, start, lineFeed, (source, from, to) => {
      sizeBytes = parseChunkLine(source, from, to);
    });
    this.#startChunk(sizeBytes);
    return lineFeed + 1;
  }

  #startChunk(sizeBytes: number): void {
    this.#headBytes = 0;
    this.#remainingBytes = sizeBytes;
    this.#state = sizeBytes === 0 ? 'trailers' : 'chunk-data';
  }

  /** CRLF after a chunk's data; `#remainingBytes` is -1 once the CR was seen. */
  #readChunkEnd(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    if (this.#remainingBytes === 0) {
      if (bytes[position] !== CR) throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk longer than its size');
      this.#remainingBytes = -1;
      position += 1;
      if (position === end) return position;
    }
    if (bytes[position] !== LF) throw new HttpViolation('HTTP_BAD_CHUNK', 'chunk longer than its size');
    this.#state = 'chunk-line';
    return position + 1;
  }

  /** Hands over a line without its CRLF, joined with what earlier pushes brought. */
  #takeLine(
    bytes: Uint8Array,
    start: number,
    lineFeed: number,
    take: (source: Uint8Array, from: number, to: number) => void,
  ): void {
    const lineBytes = this.#carryLength + lineFeed + 1 - start;
    this.#headBytes += lineBytes;
    if (this.#headBytes > this.#limits.maxHeadBytes) throw tooLong('HTTP_HEAD_TOO_LARGE', this.#limits.maxHeadBytes);
    let source = bytes;
    let from = start;
    let feed = lineFeed;
    if (this.#carryLength > 0) {
      this.#append(bytes, start, lineFeed + 1);
      source = this.#carry;
      from = 0;
      feed = this.#carryLength - 1;
      this.#carryLength = 0;
    }
    if (feed === from || source[feed - 1] !== CR)
      throw new HttpViolation('HTTP_BARE_LINE_FEED', 'line feed without a carriage return');
    take(source, from, feed - 1);
  }

  /** Keeps the start of a line for the next push. */
  #keep(bytes: Uint8Array, start: number, end: number, limit: number, code: HttpFailureCode): number {
    if (this.#headBytes + this.#carryLength + end - start > limit) throw tooLong(code, limit);
    this.#append(bytes, start, end);
    return end;
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#carryLength + end - start;
    if (length > this.#carry.length) {
      const larger = new Uint8Array(Math.max(256, 2 * length));
      larger.set(this.#carry.subarray(0, this.#carryLength));
      this.#carry = larger;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carryLength);
    this.#carryLength = length;
  }

  #complete(): void {
    this.#state = 'done';
    this.#handler.onComplete(this.#isReusable);
  }

  #fail(code: HttpFailureCode, message: string): void {
    this.#state = 'done';
    this.#handler.onError(code, message);
  }
}

function tooLong(code: HttpFailureCode, limitBytes: number): HttpViolation {
  return new HttpViolation(code, `more than ${limitBytes} bytes`);
}
