import { httpDate } from '../http-date.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
const CORS =
  'vary: origin, access-control-request-method, access-control-request-headers\r\naccess-control-allow-origin: *\r\n';
const COMPUTE_TYPE = 'x-compute-type: gpu+optimized\r\n';
export const JSON_TYPE = 'application/json';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

/** What the router tells of a finished generation in its headers. */
export interface ComputeFigures {
  /** Missing on completions. */
  readonly computeSeconds: number | undefined;
  /** Characters of the prompt. */
  readonly characters: number;
  readonly totalMs: number;
  readonly queueMs: number;
  readonly inferenceMs: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

/** Heads of answers with the router's headers, in its order. */
export class TgiHeads {
  readonly #wallSeconds: () => number;
  #second = -1;
  #date = '';

  constructor(wallSeconds: () => number) {
    this.#wallSeconds = wallSeconds;
  }

  /** A whole body. `extra` and `compute` are complete lines; a body without a type is empty. */
  body(status: number, contentType: string | undefined, lengthBytes: number, lines: HeadLines = {}): string {
    const type = contentType === undefined ? '' : `content-type: ${contentType}\r\n`;
    const { compute = '', extra = '' } = lines;
    return `${statusLine(status)}${type}${compute}${CORS}${extra}content-length: ${lengthBytes}\r\n${this.#dateLine()}\r\n`;
  }

  /** A stream of events. */
  stream(characters: number, isClosing = false): string {
    const compute = `${COMPUTE_TYPE}x-compute-characters: ${characters}\r\n`;
    const closing = isClosing ? 'connection: close\r\n' : '';
    return `${statusLine(200)}content-type: text/event-stream\r\ncache-control: no-cache\r\n${compute}x-accel-buffering: no\r\n${CORS}${closing}transfer-encoding: chunked\r\n${this.#dateLine()}\r\n`;
  }

  /** What hyper answers to bytes that are no request, before any of the router's code; seen on 1.12. */
  unreadable(status: number): string {
    return `${statusLine(status)}connection: close\r\ncontent-length: 0\r\n${this.#dateLine()}\r\n`;
  }

  #dateLine(): string {
    const second = Math.floor(this.#wallSeconds());
    if (second !== this.#second) {
      this.#second = second;
      this.#date = `date: ${httpDate(second)}\r\n`;
    }
    return this.#date;
  }
}

/** Complete header lines. */
export interface HeadLines {
  readonly compute?: string;
  readonly extra?: string;
}

/** The header lines of a generation that is not streamed. Times are whole milliseconds, cut off; nothing is spent on validation here. */
export function computeLines(figures: ComputeFigures): string {
  const { computeSeconds, characters, totalMs, queueMs, inferenceMs, promptTokens, generatedTokens } = figures;
  const perTokenMs = generatedTokens > 0 ? inferenceMs / generatedTokens : 0;
  return (
    COMPUTE_TYPE +
    (computeSeconds === undefined ? '' : `x-compute-time: ${computeSeconds.toFixed(9).replace(/0+$/, '')}\r\n`) +
    `x-compute-characters: ${characters}\r\n` +
    `x-total-time: ${Math.trunc(totalMs)}\r\nx-validation-time: 0\r\nx-queue-time: ${Math.trunc(queueMs)}\r\n` +
    `x-inference-time: ${Math.trunc(inferenceMs)}\r\nx-time-per-token: ${Math.trunc(perTokenMs)}\r\n` +
    `x-prompt-tokens: ${promptTokens}\r\nx-generated-tokens: ${generatedTokens}\r\n`
  );
}

const statusLine = (status: number): string => `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\n`;

/** One event in its chunk; the router writes sizes in upper case. ASCII only. */
export function eventChunk(json: string): string {
  const event = `data: ${json}\n\n`;
  return `${event.length.toString(16).toUpperCase()}\r\n${event}\r\n`;
}
