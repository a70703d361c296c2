import { createServer, type Socket } from 'node:net';
import type { Capture } from './captures.ts';

export interface ReplayServer {
  readonly origin: string;
  close(): Promise<void>;
}

export interface ReplayOptions {
  /** `recorded` sends the reads of the recording with their own gaps; a number cuts into pieces of so many bytes, sent one by one. */
  readonly cut: 'recorded' | 'whole' | number;
}

/** A server that answers every request on a connection of its own with the bytes of one capture, then ends the connection as the capture did. */
export async function startReplayServer(
  capture: Pick<Capture, 'bytes' | 'reads'>,
  options: ReplayOptions,
): Promise<ReplayServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => void send(socket, capture, options.cut));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function send(
  socket: Socket,
  { bytes, reads }: Pick<Capture, 'bytes' | 'reads'>,
  cut: ReplayOptions['cut'],
): Promise<void> {
  if (cut === 'recorded' && reads.length > 0) {
    const startedMs = performance.now();
    for (const { ns, start, end } of reads) {
      await wait(Math.max(0, ns / 1e6 - (performance.now() - startedMs)));
      socket.write(bytes.subarray(start, end));
    }
  } else {
    const size = typeof cut === 'number' ? cut : bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      socket.write(bytes.subarray(at, at + size));
      await turn();
    }
  }
  socket.end();
}
