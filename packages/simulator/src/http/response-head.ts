const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The last chunk of a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n';

/** Reason phrase of a status; `Unknown` for one without. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/** Wraps ASCII text in one HTTP chunk. */
export function toChunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
