import { connect } from 'node:net';
import type { Backend, BodyEnd, DecodedResponse, EncodedRequest } from '@assay/loadgen';
import { createHttpResponseReader } from '@assay/wire';

/** What the transport says of an end without a decoder being asked: there was no answer at all. */
export type Asked = { readonly kind: 'decoded'; readonly decoded: DecodedResponse } | { readonly kind: 'no-answer' };

function toHead({ method, path, headers, body }: EncodedRequest): string {
  const lines = Object.entries({ host: 'x', ...headers, 'content-length': String(body?.length ?? 0) });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** Sends one request of a backend on a connection of its own and has the answer decoded as it comes, in the socket's own pieces. */
export function askThrough(backend: Backend, request: EncodedRequest, port: number): Promise<Asked> {
  return new Promise((resolve) => {
    const decoder = backend.createDecoder();
    const startedMs = performance.now();
    let hasHead = false;
    let atMs = 0;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const finish = (end: BodyEnd): void => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      resolve(hasHead ? { kind: 'decoded', decoded: decoder.finish(end) } : { kind: 'no-answer' });
    };
    const reader = createHttpResponseReader({
      onHead(status: number, headers: ReadonlyMap<string, string>) {
        hasHead = true;
        decoder.onHeaders(status, headers, atMs);
      },
      onBody: (bytes: Uint8Array, start: number, end: number) => decoder.onBody(bytes, start, end, atMs),
      onComplete: () => finish({ kind: 'complete' }),
      onError: (_code: string, message: string) => finish({ kind: 'cut', code: 'STREAM_TRUNCATED', message }),
    });
    reader.reset(request.method);
    socket.on('data', (bytes: Buffer) => {
      atMs = performance.now() - startedMs;
      reader.push(bytes, 0, bytes.length);
      // As a read buffer that is used again: views kept for too long would be seen to change.
      bytes.fill(0x21);
    });
    socket.on('end', () => reader.finish());
    socket.on('error', (error) => finish({ kind: 'cut', code: 'SOCKET_RESET', message: error.message }));
    socket.write(toHead(request));
    socket.write(request.body ?? new Uint8Array());
  });
}
