import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Answer, RawServer } from '../../test/transport/record-exchange.ts';
import { clock, exchangeOnce, startRawServer } from '../../test/transport/record-exchange.ts';
import type { NetTransportOptions } from './net-transport.ts';
import { createNetTransport } from './net-transport.ts';
import type { Exchange, ExchangeHandler, Transport } from './transport.ts';

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function serve(
  answer: Answer,
  options: Partial<NetTransportOptions> = {},
): Promise<{ server: RawServer; transport: Transport }> {
  const server = await startRawServer(answer);
  const transport = createNetTransport({ origin: server.origin, connectTimeoutMs: 2_000 }, { clock, ...options });
  opened.push(server, transport);
  return { server, transport };
}

function listen(events: string[]): ExchangeHandler {
  return {
    onConnect: () => events.push('connect'),
    onSent: () => events.push('sent'),
    onHeaders: () => events.push('headers'),
    onBody: () => events.push('body'),
    onComplete: () => events.push('complete'),
    onFailure: (code) => events.push(code),
  };
}

test('a burst beyond the limit waits its turn and is answered in full', async () => {
  const { server, transport } = await serve((socket) => void socket.write(LENGTH), { maxConnecting: 2 });
  const bodies = await Promise.all(Array.from({ length: 30 }, async () => (await exchangeOnce(transport)).body));
  expect(bodies).toEqual(Array(30).fill('hello'));
  expect(server.accepted()).toBeLessThanOrEqual(30);
});

test('a connection that is free again goes to the next request of the same tick', async () => {
  const { server, transport } = await serve((socket) => void socket.write(LENGTH));
  const events: string[] = [];
  await new Promise<void>((resolve) => {
    const send = (left: number): void => {
      const handler = listen(events);
      const request = transport.prepare({ method: 'GET', path: '/', headers: {}, body: undefined });
      transport.send(request, { ...handler, onComplete: () => (left === 0 ? resolve() : send(left - 1)) });
    };
    send(20);
  });
  expect(server.accepted()).toBe(1);
});

test('a late abort does not hit the exchange that has the connection now', async () => {
  const { transport } = await serve((socket, index) => void setTimeout(() => socket.write(LENGTH), index * 50));
  const request = transport.prepare({ method: 'GET', path: '/', headers: {}, body: undefined });
  const first: string[] = [];
  let exchange: Exchange | undefined;
  await new Promise<void>((resolve) => {
    exchange = transport.send(request, { ...listen(first), onComplete: () => resolve() });
  });
  const second = exchangeOnce(transport);
  exchange?.abort();
  expect((await second).body).toBe('hello');
});

test('an abort before the connection stands is silent and leaves others alone', async () => {
  const { transport } = await serve((socket) => void socket.write(LENGTH));
  const events: string[] = [];
  transport.send(transport.prepare({ method: 'GET', path: '/', headers: {}, body: undefined }), listen(events)).abort();
  expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(events).toEqual([]);
});

test('bytes that nobody asked for close an idle connection', async () => {
  let idle: Socket | undefined;
  const { server, transport } = await serve((socket) => {
    idle = socket;
    socket.write(LENGTH);
  });
  await exchangeOnce(transport);
  idle?.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const next = await exchangeOnce(transport);
  expect(next).toMatchObject({ body: 'hello', status: 200 });
  expect(server.accepted()).toBe(2);
});

test('a request larger than the socket takes is stamped as sent when the last byte has gone', async () => {
  const { transport } = await serve((socket) => void socket.write(LENGTH));
  const exchange = await exchangeOnce(transport, { body: 'x'.repeat(20_000_000) });
  expect(exchange).toMatchObject({ body: 'hello', failure: undefined });
  expect(exchange.calls.filter((call) => call === 'sent')).toEqual(['sent']);
});

test('a closed transport opens nothing', async () => {
  const { server, transport } = await serve((socket) => void socket.write(LENGTH));
  await transport.preconnect(5);
  await transport.close();
  await expect.poll(server.accepted).toBe(5);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.accepted()).toBe(5);
});

test('a server that closes right after its answers gets a new connection for each request', async () => {
  const { server, transport } = await serve((socket) => {
    socket.write(LENGTH);
    setTimeout(() => socket.end(), 5);
  });
  expect((await exchangeOnce(transport)).body).toBe('hello');
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let i = 0; i < 5; i++) expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(server.accepted()).toBe(6);
});

test('no connection is used again before one has proved that the server keeps them', async () => {
  const { server, transport } = await serve((socket) => void socket.write(LENGTH), { reuseProofMs: 40 });
  for (let i = 0; i < 3; i++) expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(server.accepted()).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (let i = 0; i < 3; i++) expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(server.accepted()).toBe(3);
});

test('a server that closes with its answers loses no request', async () => {
  const { server, transport } = await serve(
    (socket) => void socket.write(LENGTH, () => setImmediate(() => socket.end())),
    {
      reuseProofMs: 40,
    },
  );
  for (let i = 0; i < 10; i++) expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(server.accepted()).toBe(10);
});
