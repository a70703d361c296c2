import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { LOCALHOST_CERTIFICATE } from '../../test/transport/localhost-certificate.ts';
import type { Answer, RawServer } from '../../test/transport/record-exchange.ts';
import { clock, exchangeOnce, startRawServer } from '../../test/transport/record-exchange.ts';
import { createNetTransport } from './net-transport.ts';
import type { Transport, TransportTarget } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

type Factory = (target: TransportTarget, maxIdleMs?: number) => Transport;

const factories: readonly (readonly [string, Factory])[] = [
  ['net', (target, maxIdleMs = 4_000) => createNetTransport(target, { clock, maxIdleMs })],
  ['undici', (target, maxIdleMs = 4_000) => createUndiciTransport(target, { clock, maxIdleMs })],
];

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const CHUNKED = `${CHUNKED_HEAD}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

describe.each(factories)('%s transport', (_name, create) => {
  async function serve(
    answer: Answer,
    options: { isTls?: boolean; maxIdleMs?: number; tls?: TransportTarget['tls'] } = {},
  ): Promise<{ server: RawServer; transport: Transport }> {
    const server = await startRawServer(answer, options);
    const transport = create({ origin: server.origin, connectTimeoutMs: 2_000, tls: options.tls }, options.maxIdleMs);
    opened.push(server, transport);
    return { server, transport };
  }

  const send =
    (text: string): Answer =>
    (socket) =>
      void socket.write(Buffer.from(text, 'latin1'));
  const sendAndEnd =
    (text: string): Answer =>
    (socket) =>
      void socket.end(Buffer.from(text, 'latin1'));

  test.each([
    ['content-length', send(LENGTH), 'hello'],
    ['chunked', send(CHUNKED), 'hello world'],
    ['until close', sendAndEnd('HTTP/1.1 200 OK\r\n\r\nhello'), 'hello'],
    ['an early hint first', send(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${LENGTH}`), 'hello'],
    ['a closing server', sendAndEnd(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`), 'ok'],
    ['no body', send('HTTP/1.1 204 No Content\r\n\r\n'), ''],
  ])('takes an answer with %s', async (_case, answer, body) => {
    const { transport } = await serve(answer);
    const exchange = await exchangeOnce(transport);
    expect(exchange).toMatchObject({ body, failure: undefined });
    expect(exchange.calls).toEqual(['connect', 'sent', 'headers', ...(body === '' ? [] : ['body']), 'complete']);
    expect(exchange.connectMs).toBeGreaterThan(0);
    expect(exchange.times).toEqual([...exchange.times].sort((a, b) => a - b));
  });

  test('takes 100 Continue before the answer, or says that it cannot', async () => {
    const { transport } = await serve(send(`HTTP/1.1 100 Continue\r\n\r\n${LENGTH}`));
    const exchange = await exchangeOnce(transport);
    if (transport.name === 'net') expect(exchange).toMatchObject({ body: 'hello', failure: undefined });
    else
      expect(exchange.failure).toMatchObject({
        code: 'SOCKET_RESET',
        message: expect.stringContaining('100 Continue'),
      });
  });

  test('hands over status and headers of a refusal', async () => {
    const { transport } = await serve(
      send('HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno'),
    );
    const exchange = await exchangeOnce(transport);
    expect(exchange).toMatchObject({ status: 429, body: 'no' });
    expect(exchange.headers?.get('retry-after')).toBe('1');
  });

  test('hands over an HTML page as it is', async () => {
    const page = '<!doctype html><p>hello';
    const { transport } = await serve(
      send(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`),
    );
    const exchange = await exchangeOnce(transport);
    expect(exchange.body).toBe(page);
    expect(exchange.headers?.get('content-type')).toBe('text/html');
  });

  test('sends the request as it was prepared', async () => {
    const requests: string[] = [];
    const { transport } = await serve((socket, _index, request) => {
      requests.push(request);
      socket.write(LENGTH);
    });
    await exchangeOnce(transport, { body: '{"prompt":"h\u00e9"}', path: '/v1/x?y=1' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^POST \/v1\/x\?y=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/i);
    expect(requests[0]).toMatch(/content-type: application\/json\r\n/);
    expect(requests[0]?.endsWith('\r\n\r\n{"prompt":"h\u00c3\u00a9"}')).toBe(true);
  });

  test('uses one connection for exchanges in a row', async () => {
    const { server, transport } = await serve((socket, index) => void socket.write(index % 2 === 0 ? LENGTH : CHUNKED));
    const bodies: string[] = [];
    for (let index = 0; index < 5; index += 1) bodies.push((await exchangeOnce(transport)).body);
    expect(bodies).toEqual(['hello', 'hello world', 'hello', 'hello world', 'hello']);
    expect(server.accepted()).toBe(1);
    expect(transport.connections).toEqual({ opened: 1, reused: 4, failed: 0 });
  });

  test('opens a connection per exchange in flight', async () => {
    const { server, transport } = await serve((socket) => void setTimeout(() => socket.write(LENGTH), 30));
    await Promise.all(Array.from({ length: 20 }, () => exchangeOnce(transport)));
    expect(server.accepted()).toBe(20);
    expect(transport.connections).toEqual({ opened: 20, reused: 0, failed: 0 });
  });

  test('connections opened ahead are used and not counted as opened for a request', async () => {
    const { server, transport } = await serve(send(LENGTH));
    expect(await transport.preconnect(10)).toBe(10);
    const exchanges = await Promise.all(Array.from({ length: 10 }, () => exchangeOnce(transport)));
    expect(exchanges.map((exchange) => exchange.connectMs)).toEqual(Array(10).fill(undefined));
    expect(server.accepted()).toBe(10);
    expect(transport.connections).toEqual({ opened: 10, reused: 0, failed: 0 });
  });

  test('does not use a connection that was idle too long', async () => {
    const { server, transport } = await serve(send(LENGTH), { maxIdleMs: 1_200 });
    await exchangeOnce(transport);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await exchangeOnce(transport)).calls).toContain('connect');
    expect(server.accepted()).toBe(2);
  });

  test('does not use a connection that the server closed while idle', async () => {
    const { server, transport } = await serve((socket, index) => {
      socket.write(LENGTH);
      if (index === 0) setTimeout(() => (server.accepted() === 1 ? socket.end() : socket.resetAndDestroy()), 10);
    });
    for (let index = 0; index < 3; index += 1) {
      expect((await exchangeOnce(transport)).body).toBe('hello');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(server.accepted()).toBe(3);
  });

  test('an answer before the end of the request is an answer', async () => {
    const server = createServer((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'),
      );
      socket.on('error', () => undefined);
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const transport = create({ origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 2_000 });
    const exchange = await exchangeOnce(transport, { body: 'x'.repeat(8_000_000) });
    expect(exchange).toMatchObject({ status: 413 });
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['a stream cut by an orderly close', sendAndEnd(`${CHUNKED_HEAD}5\r\nhello\r\n`), 'STREAM_TRUNCATED', true],
    ['a stream cut within a chunk', sendAndEnd(`${CHUNKED_HEAD}50\r\nhello`), 'STREAM_TRUNCATED', true],
    [
      'a body shorter than its length',
      sendAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello'),
      'STREAM_TRUNCATED',
      true,
    ],
    ['a close instead of an answer', (socket: Socket): void => void socket.end(), 'SOCKET_RESET', false],
    ['a reset instead of an answer', (socket: Socket): void => void socket.resetAndDestroy(), 'SOCKET_RESET', false],
    ['bytes that are no HTTP', send('SSH-2.0-OpenSSH_9.9\r\n'), 'HTTP_MALFORMED', false],
    ['a bad chunk size', send(`${CHUNKED_HEAD}5\r\nhello\r\nzz\r\n`), 'HTTP_MALFORMED', true],
    [
      'two lengths',
      send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab'),
      'HTTP_MALFORMED',
      false,
    ],
    ['a head without end', send(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}`), 'HTTP_MALFORMED', false],
  ] as const)('reports %s', async (_case, answer, code, wasResponseStarted) => {
    const { transport } = await serve(answer);
    const exchange = await exchangeOnce(transport);
    expect(exchange.failure).toMatchObject({ code, wasResponseStarted });
    expect(exchange.failure?.message).not.toBe('');
    expect(exchange.calls.filter((call) => call === 'complete')).toEqual([]);
  });

  test('reports a reset in the middle of a stream', async () => {
    const { transport } = await serve((socket) => {
      socket.write(`${CHUNKED_HEAD}5\r\nhello\r\n`);
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    expect(await exchangeOnce(transport)).toMatchObject({
      body: 'hello',
      failure: { code: 'SOCKET_RESET', wasResponseStarted: true },
    });
  });

  test('does not retry on a reused connection that is reset', async () => {
    const { server, transport } = await serve(
      (socket, index) => void (index === 0 ? socket.write(LENGTH) : socket.resetAndDestroy()),
    );
    await exchangeOnce(transport);
    const exchange = await exchangeOnce(transport);
    expect(exchange.failure).toMatchObject({ code: 'SOCKET_RESET', wasResponseStarted: false });
    expect(exchange.failure?.message).toMatch(/reused connection/);
    expect(server.accepted()).toBe(1);
  });

  test('does not reuse a connection that sent more than was asked', async () => {
    const { server, transport } = await serve(send(`${LENGTH}HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ngarbage`));
    expect((await exchangeOnce(transport)).body).toBe('hello');
    expect((await exchangeOnce(transport)).body).toBe('hello');
    expect(server.accepted()).toBe(2);
  });

  test('takes headers that come slowly, byte by byte', async () => {
    const { transport } = await serve((socket) => {
      let sent = 0;
      const timer = setInterval(() => {
        if (sent < LENGTH.length) socket.write(LENGTH.charAt(sent));
        else clearInterval(timer);
        sent += 1;
      }, 1);
    });
    expect((await exchangeOnce(transport)).body).toBe('hello');
  });

  test('a refused connection', async () => {
    const { server, transport } = await serve(send(LENGTH));
    await server.close();
    expect(await transport.preconnect(50)).toBe(0);
    const exchange = await exchangeOnce(transport);
    expect(exchange.failure).toMatchObject({ code: 'CONNECT_REFUSED', wasResponseStarted: false });
    expect(exchange.calls).toEqual(['failure']);
    expect(transport.connections.opened).toBe(0);
  });

  test('an unknown host', async () => {
    const transport = create({ origin: new URL('http://nothing.invalid:1'), connectTimeoutMs: 5_000 });
    expect((await exchangeOnce(transport)).failure?.code).toBe('CONNECT_FAILED');
    await transport.close();
  });

  test('nothing is reported after abort, and the server sees the close', async () => {
    let hasClosed = false;
    const { transport } = await serve((socket) => {
      const timer = setInterval(() => socket.write('5\r\nhello\r\n'), 5);
      socket.write(CHUNKED_HEAD);
      socket.on('close', () => {
        hasClosed = true;
        clearInterval(timer);
      });
    });
    const exchange = await exchangeOnce(transport, { onFirstBody: (running) => running.abort(), giveUpMs: 150 });
    expect(exchange.calls).toEqual(['connect', 'sent', 'headers', 'body']);
    expect(hasClosed).toBe(true);
    expect(exchange.body).toBe('hello');
  });

  describe('TLS', () => {
    test('with a trusted certificate', async () => {
      const { server, transport } = await serve(send(CHUNKED), { isTls: true, tls: { ca: LOCALHOST_CERTIFICATE } });
      expect(await transport.preconnect(1)).toBe(1);
      expect((await exchangeOnce(transport)).body).toBe('hello world');
      expect((await exchangeOnce(transport)).body).toBe('hello world');
      expect(server.accepted()).toBe(1);
    });

    test('without verification, where that was asked for', async () => {
      const { transport } = await serve(send(LENGTH), { isTls: true, tls: { isVerified: false } });
      expect((await exchangeOnce(transport)).body).toBe('hello');
    });

    test('with a certificate that nobody signed', async () => {
      const { transport } = await serve(send(LENGTH), { isTls: true });
      expect((await exchangeOnce(transport)).failure).toMatchObject({ code: 'TLS_FAILED', wasResponseStarted: false });
    });

    test('on a server that speaks plain HTTP', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const transport = create({ origin: new URL(`https://127.0.0.1:${port}`), connectTimeoutMs: 2_000 });
      expect((await exchangeOnce(transport)).failure).toMatchObject({ code: 'TLS_FAILED', wasResponseStarted: false });
      await transport.close();
      await new Promise((resolve) => server.close(resolve));
    });

    test('on a server that never answers the handshake', async () => {
      const server = createServer((socket) => void socket.on('error', () => undefined).resume());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const transport = create({ origin: new URL(`https://127.0.0.1:${port}`), connectTimeoutMs: 300 });
      expect((await exchangeOnce(transport)).failure).toMatchObject({
        code: 'CONNECT_TIMEOUT',
        wasResponseStarted: false,
      });
      await transport.close();
      await new Promise((resolve) => server.close(resolve));
    });
  });
});
