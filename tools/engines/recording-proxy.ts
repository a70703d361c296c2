import { connect, createServer, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const STREAM_TYPE = 'text/event-stream';
const REQUEST_ID = /^x-request-id: *(\S+)\r$/im;

/** One answer as it passed by. */
export interface RecordedAnswer {
  /** `x-request-id` of the request; `assay run` gives each one `assay-INDEX`. */
  readonly requestId: string | undefined;
  readonly bytes: Buffer;
}

/** What passed through the proxy: one entry per request that was sent to the server. */
export interface RecordingProxy {
  readonly origin: string;
  /** Streams that have begun; other answers are not among them. */
  readonly streams: () => readonly RecordedAnswer[];
  close(): Promise<void>;
}

/**
 * Passes bytes and ends between a client and a server as they come, and keeps every byte of the answers: the truth about a
 * stream that was cut, apart from what the client made of it.
 */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const answers: { readonly requestId: string | undefined; readonly chunks: Buffer[] }[] = [];
  const sockets: Set<Socket> = new Set();
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    let answer: (typeof answers)[number] | undefined;
    sockets.add(client).add(upstream);
    client.on('data', (chunk: Buffer) => {
      // A request after an answer has begun is the next one on this connection.
      if (answer === undefined || answer.chunks.length > 0) {
        answer = { requestId: REQUEST_ID.exec(chunk.toString('latin1'))?.[1], chunks: [] };
        answers.push(answer);
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      answer?.chunks.push(chunk);
      client.write(chunk);
    });
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
    upstream.on('error', () => client.resetAndDestroy());
    client.on('error', () => upstream.destroy());
    client.on('close', () => sockets.delete(client) && upstream.destroy());
    upstream.on('close', () => sockets.delete(upstream) && client.destroySoon());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    streams: () =>
      answers
        .filter(({ chunks: [first] }) => first?.includes(STREAM_TYPE) === true)
        .map(({ requestId, chunks }) => ({ requestId, bytes: Buffer.concat(chunks) })),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Body of a recorded HTTP/1.1 answer without its chunk lines, and whether it ended by the rules of HTTP. */
export function readRecordedBody({ bytes }: RecordedAnswer): { readonly body: string; readonly isEnded: boolean } {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return { body: '', isEnded: false };
  const head = bytes.subarray(0, headEnd).toString('latin1').toLowerCase();
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  if (/^transfer-encoding: *chunked/m.test(head)) return readChunks(rest);
  const length = /^content-length: *(\d+)/m.exec(head)?.[1];
  return { body: rest.toString('utf8'), isEnded: length !== undefined && rest.length >= Number(length) };
}

function readChunks(bytes: Buffer): { readonly body: string; readonly isEnded: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (Number.isNaN(size) || size === 0) return { body: Buffer.concat(parts).toString('utf8'), isEnded: size === 0 };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
