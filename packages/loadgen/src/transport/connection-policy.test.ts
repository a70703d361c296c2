import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { clock, exchangeOnce } from '../../test/transport/record-exchange.ts';
import { ConnectLimits } from './connect-limits.ts';
import { ConnectPace } from './connect-pace.ts';
import { createNetTransport, type NetTransportOptions } from './net-transport.ts';
import type { Transport } from './transport.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

interface Met {
  readonly atMs: number;
  readonly from: string;
  readonly requests: string[];
  endedBy: 'client' | 'server' | undefined;
}

/** Keeps what it sees of each connection; answers, and closes after answers to requests that ask for it. */
async function serve(
  options: Partial<NetTransportOptions> = {},
  { closes = true }: { readonly closes?: boolean } = {},
): Promise<{ met: Met[]; transport: Transport }> {
  const met: Met[] = [];
  const onSocket = (socket: Socket): void => {
    const seen: Met = { atMs: clock.nowMs(), from: socket.remoteAddress ?? '', requests: [], endedBy: undefined };
    met.push(seen);
    socket.on('error', () => undefined);
    socket.on('end', () => {
      seen.endedBy ??= 'client';
    });
    socket.on('data', (data) => {
      const request = data.toString('latin1');
      seen.requests.push(request);
      const isLast = closes && /connection: close/i.test(request);
      socket.write(`HTTP/1.1 200 OK\r\n${isLast ? 'Connection: close\r\n' : ''}Content-Length: 5\r\n\r\nhello`);
      if (!isLast) return;
      seen.endedBy = 'server';
      socket.end();
    });
  };
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = new URL(`http://127.0.0.1:${port}`);
  const transport = createNetTransport({ origin, connectTimeoutMs: 2_000 }, { clock, ...options });
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) }, transport);
  return { met, transport };
}

test('per-request: each request opens a connection, says that it is the last on it, and lets the server close it', async () => {
  const { met, transport } = await serve({ connections: 'per-request' });
  for (let at = 0; at < 5; at += 1) {
    const { body, calls, connectMs } = await exchangeOnce(transport);
    expect([body, calls[0]]).toEqual(['hello', 'connect']);
    expect(connectMs).toBeGreaterThan(0);
  }
  await expect.poll(() => transport.inFlight).toBe(0);
  expect(met.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1, 1]);
  expect(met.map(({ endedBy }) => endedBy)).toEqual(Array(5).fill('server'));
  expect(transport.connections).toEqual({ opened: 5, reused: 0, failed: 0 });
});

test('per-request: a server that does not close is left after a moment, and not waited for for ever', async () => {
  const { met, transport } = await serve({ connections: 'per-request' }, { closes: false });
  await Promise.all(Array.from({ length: 9 }, () => exchangeOnce(transport)));
  expect(transport.inFlight).toBe(0);
  await expect.poll(() => met.filter(({ endedBy }) => endedBy === 'client').length).toBe(9);
  await exchangeOnce(transport);
  const beganAtMs = clock.nowMs();
  await expect.poll(() => met.at(-1)?.endedBy, { interval: 5 }).toBe('client');
  expect(clock.nowMs() - beganAtMs).toBeLessThan(190);
});

test('keep-alive sends no word of closing and opens one connection', async () => {
  const { met, transport } = await serve();
  for (let at = 0; at < 5; at += 1) expect((await exchangeOnce(transport)).body).toBe('hello');
  expect(met).toHaveLength(1);
  expect(met[0]?.requests.some((request) => /connection:/i.test(request))).toBe(false);
});

test('paced connects come one by one; a request that waits tells when its connection began', async () => {
  const limits = new ConnectLimits(new ConnectPace(100));
  const { met, transport } = await serve({ limits, connections: 'per-request' });
  const beganAtMs = clock.nowMs();
  const exchanges = await Promise.all(Array.from({ length: 8 }, () => exchangeOnce(transport)));
  const times = exchanges.map(({ connectAtMs }) => connectAtMs).filter((atMs) => atMs !== undefined);
  // The first has its turn at once.
  expect(times).toHaveLength(7);
  const gaps = times.slice(1).map((atMs, at) => atMs - (times[at] as number));
  expect(Math.min(...gaps)).toBeGreaterThan(7.9);
  expect((times.at(-1) as number) - beganAtMs).toBeGreaterThan(68);
  expect(met).toHaveLength(8);
  expect(exchanges.every(({ connectMs }) => connectMs !== undefined && connectMs < 60)).toBe(true);
});

test('connections opened ahead keep the pace too', async () => {
  const { transport } = await serve({ limits: new ConnectLimits(new ConnectPace(100)) });
  const beganAtMs = clock.nowMs();
  expect(await transport.preconnect(6)).toBe(6);
  expect(clock.nowMs() - beganAtMs).toBeGreaterThan(48);
});

test('a request that waits for its turn takes a connection that becomes free', async () => {
  const { met, transport } = await serve({ limits: new ConnectLimits(new ConnectPace(1)) });
  const bodies = await Promise.all(Array.from({ length: 6 }, async () => (await exchangeOnce(transport)).body));
  expect(bodies).toEqual(Array(6).fill('hello'));
  expect(met).toHaveLength(1);
  expect(transport.connections).toMatchObject({ opened: 1, reused: 5 });
});

test('connections come from the given local addresses in turn', async () => {
  const localAddresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  const { met, transport } = await serve({ localAddresses, connections: 'per-request' });
  for (let at = 0; at < 7; at += 1) await exchangeOnce(transport);
  expect(met.map(({ from }) => from)).toEqual([...localAddresses, ...localAddresses, '127.0.0.2']);
});

test('an address that this machine does not have is a failure, not a shortage', async () => {
  const { transport } = await serve({ localAddresses: ['192.0.2.1'] });
  const { failure } = await exchangeOnce(transport);
  expect(failure).toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('EADDRNOTAVAIL') });
  expect(transport.connections).toEqual({ opened: 0, reused: 0, failed: 1 });
});
