/** One complete request. Header names are lower case; a repeated header is joined with `, `. */
export interface HttpRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly isKeepAlive: boolean;
}

/** A request this server does not serve; the connection is of no use afterwards. */
export interface HttpRefusal {
  readonly status: number;
  readonly message: string;
}

export interface RequestLimits {
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers';

const EMPTY: Buffer = Buffer.alloc(0);
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * An incremental HTTP/1.1 request parser (RFC 9112) for one connection. Strict: no bare LF, no obs-fold, no
 * Content-Length beside Transfer-Encoding. Bytes after a complete request stay here until `next()` is asked again.
 */
export class RequestParser {
  readonly #limits: RequestLimits;
  #pending: Buffer = EMPTY;
  #state: State = 'head';
  #method = '';
  #path = '';
  #headers = new Map<string, string>();
  #isKeepAlive = true;
  #remaining = 0;
  #bodyBytes = 0;
  #body: Buffer[] = [];
  #isExpectingContinue = false;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
  }

  /** Bytes that were pushed and not consumed yet. */
  get bufferedBytes(): number {
    return this.#pending.length;
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
  }

  /** True once per request whose client waits for `100 Continue`. */
  takeContinue(): boolean {
    const isExpecting = this.#isExpectingContinue;
    this.#isExpectingContinue = false;
    return isExpecting;
  }

  /** The next complete request, a refusal, or `undefined` when more bytes are needed. */
  next(): HttpRequest | HttpRefusal | undefined {
    try {
      while (this.#step()) {
        if (this.#state === 'head') return this.#complete();
      }
      return undefined;
    } catch (error: unknown) {
      if (error instanceof Refused) return { status: error.status, message: error.message };
      throw error;
    }
  }

  #complete(): HttpRequest {
    const body = this.#body.length === 1 ? (this.#body[0] ?? EMPTY) : Buffer.concat(this.#body);
    this.#body = [];
    this.#isExpectingContinue = false;
    return { method: this.#method, path: this.#path, headers: this.#headers, body, isKeepAlive: this.#isKeepAlive };
  }

  /** Makes one transition; false when bytes are missing. Back in `head` means that a request is complete. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
      case 'chunk-data':
        return this.#readData();
      case 'chunk-size':
        return this.#readChunkSize();
      case 'chunk-end':
        return this.#readChunkEnd();
      case 'trailers':
        return this.#readTrailers();
    }
  }

  #readHead(): boolean {
    while (this.#pending.length >= 2 && this.#pending[0] === 13 && this.#pending[1] === 10) {
      this.#pending = this.#pending.subarray(2);
    }
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end > this.#limits.maxHeadBytes || (end < 0 && this.#pending.length > this.#limits.maxHeadBytes)) {
      throw new Refused(431, 'Request header fields too large');
    }
    if (end < 0) return false;
    const lines = this.#pending.toString('latin1', 0, end).split('\r\n');
    this.#pending = this.#pending.subarray(end + 4);
    this.#readRequestLine(lines[0] ?? '');
    this.#headers = new Map();
    for (let i = 1; i < lines.length; i++) this.#readHeaderLine(lines[i] ?? '');
    this.#startBody();
    return true;
  }

  #readRequestLine(line: string): void {
    const match = /^([^ ]+) ([^ ]+) HTTP\/1\.([01])$/.exec(line);
    if (match === null || !TOKEN.test(match[1] ?? '')) throw new Refused(400, 'Invalid request line');
    this.#method = match[1] ?? '';
    let target = match[2] ?? '';
    const scheme = /^https?:\/\/[^/]*/.exec(target);
    if (scheme !== null) target = target.slice(scheme[0].length) || '/';
    const query = target.search(/[?#]/);
    this.#path = query < 0 ? target : target.slice(0, query);
    this.#isKeepAlive = match[3] === '1';
  }

  #readHeaderLine(line: string): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!TOKEN.test(name) || /[\0\r\n]/.test(line)) throw new Refused(400, 'Invalid header');
    const key = name.toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = this.#headers.get(key);
    this.#headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  #startBody(): void {
    const connection = this.#headers.get('connection')?.toLowerCase() ?? '';
    if (this.#isKeepAlive && !this.#headers.has('host')) throw new Refused(400, 'Missing Host header');
    if (connection.includes('close')) this.#isKeepAlive = false;
    else if (connection.includes('keep-alive')) this.#isKeepAlive = true;
    this.#isExpectingContinue = this.#headers.get('expect')?.toLowerCase() === '100-continue';
    this.#bodyBytes = 0;
    const coding = this.#headers.get('transfer-encoding');
    const length = this.#headers.get('content-length');
    if (coding !== undefined) {
      if (length !== undefined) throw new Refused(400, 'Both Content-Length and Transfer-Encoding');
      if (coding.toLowerCase() !== 'chunked') throw new Refused(501, 'Unsupported transfer coding');
      this.#state = 'chunk-size';
      return;
    }
    if (length === undefined) return;
    if (!/^\d{1,15}$/.test(length)) throw new Refused(400, 'Invalid Content-Length');
    this.#remaining = Number(length);
    this.#countBody(this.#remaining);
    this.#state = this.#remaining === 0 ? 'head' : 'body';
  }

  #countBody(bytes: number): void {
    this.#bodyBytes += bytes;
    if (this.#bodyBytes > this.#limits.maxBodyBytes) throw new Refused(413, 'Request body too large');
  }

  #readData(): boolean {
    if (this.#pending.length === 0) return false;
    const part = this.#pending.subarray(0, this.#remaining);
    this.#pending = part.length === this.#pending.length ? EMPTY : this.#pending.subarray(part.length);
    this.#body.push(part);
    this.#remaining -= part.length;
    if (this.#remaining === 0) this.#state = this.#state === 'body' ? 'head' : 'chunk-end';
    return true;
  }

  #takeLine(): string | undefined {
    const end = this.#pending.indexOf('\r\n');
    if (end > 1024 || (end < 0 && this.#pending.length > 1024)) throw new Refused(400, 'Line too long in chunked body');
    if (end < 0) return undefined;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    return line;
  }

  #readChunkSize(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return false;
    const digits = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (digits === undefined) throw new Refused(400, 'Invalid chunk size');
    this.#remaining = Number.parseInt(digits, 16);
    this.#countBody(this.#remaining);
    this.#state = this.#remaining === 0 ? 'trailers' : 'chunk-data';
    return true;
  }

  #readChunkEnd(): boolean {
    if (this.#pending.length < 2) return false;
    if (this.#pending[0] !== 13 || this.#pending[1] !== 10) throw new Refused(400, 'Chunk without its end');
    this.#pending = this.#pending.subarray(2);
    this.#state = 'chunk-size';
    return true;
  }

  #readTrailers(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return false;
    if (line === '') this.#state = 'head';
    return true;
  }
}
