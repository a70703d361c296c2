import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../../test/transport/localhost-certificate.ts';
import { clock, exchangeOnce } from '../../test/transport/record-exchange.ts';
import type { Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

/** Holds every stream until it is told to answer. */
async function serve(): Promise<{ transport: Transport; streams: ServerHttp2Stream[]; sessions: () => number }> {
  const streams: ServerHttp2Stream[] = [];
  let sessions = 0;
  const server: Http2SecureServer = createSecureServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
  server.on('session', () => {
    sessions += 1;
  });
  server.on('stream', (stream: ServerHttp2Stream) => streams.push(stream));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = {
    origin: new URL(`https://localhost:${port}`),
    connectTimeoutMs: 2_000,
    tls: { ca: LOCALHOST_CERTIFICATE },
  };
  const transport = createUndiciTransport(target, { clock, isHttp2Allowed: true });
  opened.push(server, transport);
  return { transport, streams, sessions: () => sessions };
}

function answer(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
  stream.end('hello');
}

test('HTTP/2: a hundred exchanges share a connection, and the next one does not wait behind them', async () => {
  const { transport, streams, sessions } = await serve();
  const exchanges = Array.from({ length: 101 }, () => exchangeOnce(transport));
  await expect.poll(() => streams.length).toBe(101);
  expect(transport.inFlight).toBe(101);
  expect(sessions()).toBe(2);
  streams.splice(0).forEach(answer);
  const ended = await Promise.all(exchanges);
  expect(ended.map(({ body, status }) => `${status} ${body}`)).toEqual(Array(101).fill('200 hello'));
  expect(transport.inFlight).toBe(0);
  const next = exchangeOnce(transport);
  await expect.poll(() => streams.length).toBe(1);
  streams.forEach(answer);
  expect((await next).body).toBe('hello');
  expect(transport.connections).toMatchObject({ opened: 2, failed: 0 });
});

test('HTTP/2: as many connections are opened ahead as the exchanges need', async () => {
  const { transport, streams, sessions } = await serve();
  expect(await transport.preconnect(150)).toBe(150);
  await expect.poll(sessions).toBe(2);
  const exchange = exchangeOnce(transport);
  await expect.poll(() => streams.length).toBe(1);
  streams.forEach(answer);
  expect(await exchange).toMatchObject({ body: 'hello', connectMs: undefined });
  expect(sessions()).toBe(2);
});
