import type { Connection } from '../../http/connection.ts';
import { reasonOf } from '../../http/response-head.ts';
import { httpDate } from '../http-date.ts';
import { respondWith } from '../respond-with.ts';

/** Lines in which servers of the same framework differ. */
interface OwnLines {
  readonly server: string;
  /** What the middleware for cross-origin requests adds to every answer behind it. */
  readonly vary: string;
}

const VLLM: OwnLines = { server: 'server: uvicorn\r\n', vary: 'vary: Origin\r\n' };

/**
 * Heads of answers as vLLM's server writes them: names in lower case, the date and `uvicorn` first, `vary: Origin` last. The lines
 * that all heads share are made once a second.
 */
export class VllmHeads {
  readonly #wallSeconds: () => number;
  /** A line after all others, of the answers to one request. */
  readonly #last: string;
  readonly #own: OwnLines;
  #second = -1;
  #lines = '';
  #stream = '';

  constructor(wallSeconds: () => number, last = '', own: OwnLines = VLLM) {
    this.#wallSeconds = wallSeconds;
    this.#last = last;
    this.#own = own;
  }

  /** The heads of answers to a request that tell its id. */
  withRequestId(id: string): VllmHeads {
    return new VllmHeads(this.#wallSeconds, `x-request-id: ${id}\r\n`);
  }

  /** A whole body; no type where `contentType` is null. `extra` are complete lines, which stand before the length. */
  body(status: number, contentType: string | null, lengthBytes: number, extra = ''): string {
    const type = contentType === null ? '' : `content-type: ${contentType}\r\n`;
    return `${this.#start(status)}${extra}content-length: ${lengthBytes}\r\n${type}${this.#own.vary}${this.#last}\r\n`;
  }

  /** A missing key: the check stands before the middleware that adds `vary`. */
  unauthorized(lengthBytes: number): string {
    return `${this.#start(401)}content-length: ${lengthBytes}\r\ncontent-type: application/json\r\n${this.#last}\r\n`;
  }

  /** A browser's question whether another site may ask: none may, which is the default. */
  preflight(lengthBytes: number): string {
    const asked = ['Method', 'Headers', 'Private-Network'].map((what) => `Access-Control-Request-${what}`);
    const vary = `vary: ${['Origin', ...asked].join(', ')}\r\n`;
    const allow = 'access-control-allow-methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY\r\n';
    const rest = `access-control-max-age: 600\r\ncontent-length: ${lengthBytes}\r\ncontent-type: text/plain; charset=utf-8\r\n`;
    return `${this.#start(400)}${vary}${allow}${rest}${this.#last}\r\n`;
  }

  /** A stream of events; `isClosing`: the connection ends after it. */
  stream(isClosing: boolean): string {
    this.#refresh();
    return isClosing
      ? this.#stream.replace('transfer-encoding', 'connection: close\r\ntransfer-encoding')
      : this.#stream;
  }

  /** Sends a complete answer. */
  respond(connection: Connection, status: number, contentType: string | null, body: string, extra = ''): void {
    const bytes = Buffer.from(body, 'utf8');
    respondWith(connection, this.body(status, contentType, bytes.length, extra), bytes);
  }

  #start(status: number): string {
    this.#refresh();
    return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${this.#lines}`;
  }

  #refresh(): void {
    const second = Math.floor(this.#wallSeconds());
    if (second === this.#second) return;
    this.#second = second;
    this.#lines = `date: ${httpDate(second)}\r\n${this.#own.server}`;
    this.#stream = `HTTP/1.1 200 OK\r\n${this.#lines}content-type: text/event-stream; charset=utf-8\r\n${this.#own.vary}${this.#last}transfer-encoding: chunked\r\n\r\n`;
  }
}
