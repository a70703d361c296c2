import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** Listens on a free port until the test ends; gives the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function forward(origin: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const onward = request(new URL(url ?? '/', origin), { method: method ?? 'GET', headers });
  onward.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  onward.end(body);
}

/** What a gateway says itself to a path: a status and a body; `undefined` leaves the answer to the server behind it. */
type Override = (
  path: string,
  body: string,
  headers: IncomingMessage['headers'],
) => readonly [status: number, body: string] | undefined;

/** A server in front of another one that answers some questions in its own way. */
export async function startGateway(origin: string, override: Override, tls?: ServerOptions): Promise<string> {
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    void readBody(incoming).then((body) => {
      const own = override(incoming.url ?? '/', body.toString(), incoming.headers);
      if (own === undefined) return forward(origin, incoming, body, response);
      response.writeHead(own[0], { 'content-type': 'application/json' });
      response.end(own[1]);
    });
  };
  if (tls === undefined) return await listen(createServer(answer));
  return (await listen(createTlsServer(tls, answer))).replace('http:', 'https:');
}
