const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export const JSON_TYPE = 'application/json; charset=utf-8';
const KEEP_ALIVE = 'Keep-Alive: timeout=5, max=100\r\n';
const CLOSE = 'Connection: close\r\n';

const startOf = (status: number): string =>
  `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n`;

/** What a whole answer says of itself beside its body. */
export interface BodyHead {
  readonly contentType?: string;
  readonly isClosing?: boolean;
  /** Complete lines before the content type. */
  readonly before?: string;
  /** Complete lines at the end. */
  readonly after?: string;
}

/** Head of a whole answer. Answers that are errors end their connection. */
export function bodyHead(status: number, lengthBytes: number, head: BodyHead = {}): string {
  const { contentType = JSON_TYPE, isClosing = status >= 400, before = '', after = '' } = head;
  const type = `Content-Type: ${contentType}\r\nContent-Length: ${lengthBytes}\r\n`;
  return `${startOf(status)}${before}${type}${isClosing ? CLOSE : KEEP_ALIVE}${after}\r\n`;
}

/** Head of a stream of events. */
export const streamHead = (isClosing: boolean): string =>
  `${startOf(200)}X-Accel-Buffering: no\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n${isClosing ? CLOSE : KEEP_ALIVE}\r\n`;

/** What cpp-httplib answers to bytes that are no request, before any of the server's own code; seen on 0.53. */
export const unreadableHead = (status: number): string =>
  `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\nServer: llama.cpp\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
