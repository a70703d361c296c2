import type { EncodedRequest } from '../backend/backend.ts';
import { LoadgenError } from '../errors.ts';

const FORBIDDEN_IN_NAME = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/;
/** Control characters would end the line (RFC 9110 §5.5); characters above ISO 8859-1 cannot be written at all. */
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const FORBIDDEN_IN_PATH = /[^\x21-\x7e]/;

/**
 * The complete bytes of an HTTP/1.1 request: head in ISO 8859-1, then the body as it is. `Host` and `Content-Length`
 * are added, and `Connection: close` where the connection carries nothing more. Throws `LoadgenError` (`TRANSPORT_INVALID`) for a path, header name or value that cannot be sent as it stands.
 */
export function toRequestBytes(request: EncodedRequest, host: string, isLast = false): Uint8Array {
  if (request.path === '' || FORBIDDEN_IN_PATH.test(request.path)) {
    throw new LoadgenError(
      'TRANSPORT_INVALID',
      `the request path ${JSON.stringify(request.path)} holds characters that must be percent-encoded`,
    );
  }
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${request.headers['host'] ?? host}\r\n`;
  for (const name in request.headers) {
    if (name === 'host' || name === 'content-length') continue;
    const value = request.headers[name] as string;
    if (name === '' || FORBIDDEN_IN_NAME.test(name))
      throw new LoadgenError('TRANSPORT_INVALID', `${JSON.stringify(name)} is not a header name`);
    if (FORBIDDEN_IN_VALUE.test(value))
      throw new LoadgenError(
        'TRANSPORT_INVALID',
        `the value of header ${name} holds characters that HTTP does not allow`,
      );
    head += `${name}: ${value}\r\n`;
  }
  const bodyBytes = request.body?.length ?? 0;
  if (request.body !== undefined || request.method === 'POST') head += `content-length: ${bodyBytes}\r\n`;
  // RFC 9112 §9.6: a client that does not keep connections has to say so in every request.
  if (isLast && request.headers['connection'] === undefined) head += 'connection: close\r\n';
  head += '\r\n';
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes);
  bytes.write(head, 0, 'latin1');
  if (request.body !== undefined) bytes.set(request.body, head.length);
  return bytes;
}
