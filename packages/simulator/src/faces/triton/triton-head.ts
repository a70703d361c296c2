const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

const statusLine = (status: number): string => `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\n`;

/** Head of an answer in JSON or metrics text. Triton sends two headers, and no date. */
export function bodyHead(status: number, contentType: string, lengthBytes: number): string {
  return `${statusLine(status)}Content-Type: ${contentType}\r\nContent-Length: ${lengthBytes}\r\n\r\n`;
}

/** Head of an answer whose content type nobody set: the HTTP library adds one, last. */
export function bareHead(status: number, lengthBytes: number): string {
  return `${statusLine(status)}Content-Length: ${lengthBytes}\r\nContent-Type: text/plain\r\n\r\n`;
}

/** Head of a body in chunks: everything that the generate extension answers after the model has started. */
export function chunkedHead(status: number, kind: 'json' | 'events', isClosing = false): string {
  const type = kind === 'json' ? 'application/json' : 'text/event-stream; charset=utf-8';
  const close = isClosing ? 'Connection: close\r\n' : '';
  return `${statusLine(status)}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n${close}\r\n`;
}
