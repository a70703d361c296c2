import { createServer, type Server, type Socket } from 'node:net';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

export interface TinyServer {
  readonly server: Server;
  readonly port: number;
  readonly ids: string[];
  readonly inFlight: { now: number; max: number };
}

/** Answers each request with three tokens over `answerMs`, and closes the connection after the answer where it is asked to; `reset` cuts the connection of some request ids. */
export async function startTinyServer(
  reset: (id: string) => boolean = () => false,
  answerMs: (id: string) => number = () => 10,
): Promise<TinyServer> {
  const ids: string[] = [];
  const inFlight = { now: 0, max: 0 };
  const respond = (socket: Socket, id: string, isLast: boolean): void => {
    inFlight.now++;
    inFlight.max = Math.max(inFlight.max, inFlight.now);
    socket.write(HEAD + chunk('data: a\n'));
    setTimeout(() => {
      if (reset(id)) {
        inFlight.now--;
        socket.destroy();
        return;
      }
      socket.write(chunk('data: b\n'));
      // Started here: two timers of different lengths may end in either order when the loop is late.
      setTimeout(() => {
        inFlight.now--;
        if (!socket.destroyed) socket.write(`${chunk('data: c\n')}${chunk('data: [DONE]\n')}0\r\n\r\n`);
        if (isLast) socket.end();
      }, answerMs(id) / 2);
    }, answerMs(id) / 2);
  };
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (;;) {
        const headEnd = text.indexOf('\r\n\r\n');
        if (headEnd < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (text.length < headEnd + 4 + length) return;
        const id = /x-request-id: (\S+)/i.exec(text.slice(0, headEnd))?.[1] ?? '';
        const isLast = /connection: close/i.test(text.slice(0, headEnd));
        text = text.slice(headEnd + 4 + length);
        ids.push(id);
        respond(socket, id, isLast);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port, ids, inFlight };
}
