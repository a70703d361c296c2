import { httpDate } from '../http-date.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Heads of answers as uvicorn writes them: the date and its own name first. */
export class KserveHeads {
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
    return `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\n${this.#lines}`;
  }
}
