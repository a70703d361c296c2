import type { Connection } from '../http/connection.ts';
import { reasonOf } from '../http/response-head.ts';
import { httpDate } from './http-date.ts';
import { respondWith } from './respond-with.ts';

/** Heads of answers as uvicorn writes them for KServe and SGLang: the date and its own name first. */
export class UvicornHeads {
  readonly #wallSeconds: () => number;
  #second = -1;
  #lines = '';

  constructor(wallSeconds: () => number) {
    this.#wallSeconds = wallSeconds;
  }

  /** A whole body of JSON, and of what the web framework answers by itself. `extra` are complete lines. */
  body(status: number, contentType: string, lengthBytes: number, extra = ''): string {
    return `${this.#start(status)}${extra}content-length: ${lengthBytes}\r\ncontent-type: ${contentType}\r\n\r\n`;
  }

  /** The page of metrics, whose handler sets its type before the length is known. */
  page(lengthBytes: number): string {
    return `${this.#start(200)}content-type: text/plain; version=0.0.4; charset=utf-8\r\ncontent-length: ${lengthBytes}\r\n\r\n`;
  }

  /** An answer without a body, which has no type. */
  empty(status: number): string {
    return `${this.#start(status)}content-length: 0\r\n\r\n`;
  }

  /** Sends a complete answer. */
  respond(connection: Connection, status: number, contentType: string, body: string, extra = ''): void {
    const bytes = Buffer.from(body, 'utf8');
    respondWith(connection, this.body(status, contentType, bytes.length, extra), bytes);
  }

  /** A stream of events. */
  stream(isClosing: boolean): string {
    const closing = isClosing ? 'connection: close\r\n' : '';
    return `${this.#start(200)}content-type: text/event-stream; charset=utf-8\r\n${closing}transfer-encoding: chunked\r\n\r\n`;
  }

  #start(status: number): string {
    const second = Math.floor(this.#wallSeconds());
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = `date: ${httpDate(second)}\r\nserver: uvicorn\r\n`;
    }
    return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${this.#lines}`;
  }
}
