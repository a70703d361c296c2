const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Head of a streamed answer: chunked, as vLLM's. */
export const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\nserver: assay-simulator\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';

/** The same for an answer that ends its connection. */
export const CLOSING_STREAM_HEAD: string = STREAM_HEAD.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');

/** The last chunk of a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n';

/** Reason phrase of a status; `Unknown` for one without. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/** A status line and headers; `extra` are complete lines with their CRLF. */
export function responseHead(status: number, contentType: string, lengthBytes: number, extra = ''): string {
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\nserver: assay-simulator\r\ncontent-length: ${lengthBytes}\r\ncontent-type: ${contentType}\r\n${extra}\r\n`;
}

/** Wraps ASCII text in one HTTP chunk. */
export function toChunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
