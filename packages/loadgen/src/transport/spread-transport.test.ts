import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { clock, exchangeOnce, startRawServer } from '../../test/transport/record-exchange.ts';
import { createNetTransport } from './net-transport.ts';
import { type Balance, createSpreadTransport, type PlaceOptions } from './spread-transport.ts';
import type { ExchangeHandler, PreparedRequest, Route, Transport, TransportTarget } from './transport.ts';

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const REQUEST = { method: 'GET', path: '/', headers: {}, body: undefined } as const;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

const targetOf = (origin: URL | string): TransportTarget => ({ origin: new URL(origin), connectTimeoutMs: 2_000 });

/** A place that keeps what is sent there. */
function createStill(target: TransportTarget, options: PlaceOptions): Transport & { readonly fail: () => void } {
  const sent: PreparedRequest[] = [];
  return {
    name: 'still',
    fail: () => options.onConnectFailure?.(),
    prepare: (encoded) => ({ encoded, bytes: new TextEncoder().encode(target.origin.host) }),
    preconnect: (count) => Promise.resolve(count),
    send: (request) => {
      sent.push(request);
      return { abort: () => undefined };
    },
    connections: { opened: 0, reused: 0, failed: 0 },
    get inFlight() {
      return sent.length;
    },
    close: () => Promise.resolve(),
  };
}

const still: ExchangeHandler = {
  onConnect: () => undefined,
  onSent: () => undefined,
  onHeaders: () => undefined,
  onBody: () => undefined,
  onComplete: () => undefined,
  onFailure: () => undefined,
};

const keyOf = ({ target = '', address = '' }: Route): string => `${target} ${address}`;

/** Sends requests of these indices and tells how many went where, and for whom each was made. */
async function routesOf(
  targets: number,
  addresses: number,
  indices: readonly number[],
  balance: Balance,
): Promise<{ counts: Map<string, number>; areMadeForTheirTarget: boolean }> {
  const hosts = Array.from({ length: targets }, (_, at) => targetOf(`http://server-${at}:80`));
  const madeFor: string[] = [];
  const transport = await createSpreadTransport(hosts, {
    balance,
    create: (target, options) => {
      const place = createStill(target, options);
      return Object.assign(Object.create(place) as Transport, {
        send: (request: PreparedRequest, handler: ExchangeHandler) => {
          madeFor.push(new TextDecoder().decode(request.bytes) === target.origin.host ? 'it' : 'another');
          return place.send(request, handler);
        },
      });
    },
    resolve: addresses === 0 ? undefined : async () => Array.from({ length: addresses }, (_, at) => `10.0.0.${at + 1}`),
    nowMs: () => 0,
  });
  const counts = new Map<string, number>();
  for (const index of indices) {
    const onRoute = (route: Route): unknown => counts.set(keyOf(route), (counts.get(keyOf(route)) ?? 0) + 1);
    transport.send(transport.prepare(REQUEST, index), { ...still, onRoute });
  }
  return { counts, areMadeForTheirTarget: !madeFor.includes('another') };
}

const spreadOf = (counts: ReadonlyMap<string, number>, places: number): number => {
  const all = [...counts.values(), ...Array<number>(Math.max(0, places - counts.size)).fill(0)];
  return Math.max(...all) - Math.min(...all);
};

test('any number of workers spreads over targets and addresses even within 1', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 200 }),
      async (targets, addresses, workers, requests) => {
        const places = targets * Math.max(1, addresses);
        const sums = new Map<string, number>();
        for (let worker = 0; worker < workers; worker += 1) {
          const indices = Array.from({ length: requests }, (_, at) => at).filter((at) => at % workers === worker);
          const { counts, areMadeForTheirTarget } = await routesOf(targets, addresses, indices, 'round-robin');
          expect(areMadeForTheirTarget).toBe(true);
          for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
        }
        expect(spreadOf(sums, places)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 60 },
  );
});

test('least in flight: even within 1 while nothing ends, and each request is made for the target it goes to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }), async (targets, addresses) => {
      const indices = Array.from({ length: 37 }, (_, at) => at * 3);
      const { counts, areMadeForTheirTarget } = await routesOf(targets, addresses, indices, 'least-in-flight');
      expect(areMadeForTheirTarget).toBe(true);
      expect(spreadOf(counts, targets * Math.max(1, addresses))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 25 },
  );
});

const create = (target: TransportTarget, options: PlaceOptions): Transport =>
  createNetTransport(target, { clock, ...options });

test('two servers share requests by their index, and each gets its own Host', async () => {
  const seen: string[][] = [[], []];
  const servers = await Promise.all(
    seen.map((hosts) =>
      startRawServer((socket, _index, request) => {
        hosts.push(/host: (\S+)/i.exec(request)?.[1] ?? '');
        socket.write(LENGTH);
      }),
    ),
  );
  const targets = servers.map(({ origin }) => targetOf(origin));
  const transport = await createSpreadTransport(targets, { balance: 'round-robin', create, nowMs: clock.nowMs });
  opened.push(...servers, transport);
  await transport.preconnect(5);
  await expect.poll(() => servers.map(({ accepted }) => accepted())).toEqual([3, 2]);
  for (let index = 0; index < 9; index += 1) await exchangeOnce(transport, { index });
  expect(seen.map((hosts) => hosts.length)).toEqual([5, 4]);
  expect(seen.map((hosts) => [...new Set(hosts)])).toEqual(servers.map(({ origin }) => [origin.host]));
  expect(transport.connections).toEqual({ opened: 5, reused: 7, failed: 0 });
});

test('least in flight: a server that holds its answers gets no more than the other one', async () => {
  const held: (() => void)[] = [];
  const slow = await startRawServer((socket) => held.push(() => void socket.write(LENGTH)));
  const quick = await startRawServer((socket) => void socket.write(LENGTH));
  const targets = [slow, quick].map(({ origin }) => targetOf(origin));
  const transport = await createSpreadTransport(targets, { balance: 'least-in-flight', create, nowMs: clock.nowMs });
  opened.push(slow, quick, transport);
  const waiting = exchangeOnce(transport, { index: 0 });
  for (let index = 1; index < 8; index += 1) expect((await exchangeOnce(transport, { index })).body).toBe('hello');
  expect(held).toHaveLength(1);
  expect(transport.inFlight).toBe(1);
  held[0]?.();
  expect((await waiting).body).toBe('hello');
  expect(transport.inFlight).toBe(0);
});

/** A server on all addresses of the loopback; tells which of them each connection came to. */
async function listenEverywhere(): Promise<{ port: number; met: string[] }> {
  const met: string[] = [];
  const server = createServer((socket) => {
    met.push(socket.localAddress ?? '');
    socket.on('data', () => socket.write(LENGTH));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return { port: (server.address() as AddressInfo).port, met };
}

test('requests go round over the addresses of a name', async () => {
  const { port, met } = await listenEverywhere();
  const addresses = ['127.0.0.3', '127.0.0.2', '127.0.0.3'];
  const transport = await createSpreadTransport([targetOf(`http://replicas.example:${port}`)], {
    balance: 'round-robin',
    create,
    resolve: (name) => Promise.resolve(name === 'replicas.example' ? addresses : []),
    nowMs: clock.nowMs,
  });
  opened.push(transport);
  const routes: (Route | undefined)[] = [];
  for (let index = 0; index < 4; index += 1) routes.push((await exchangeOnce(transport, { index })).route);
  expect(routes).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3'].map((address) => ({ address })));
  expect(new Set(met)).toEqual(new Set(['127.0.0.2', '127.0.0.3']));
  expect(met).toHaveLength(2);
});

test('a failed connect asks for the addresses again, at most once a second', async () => {
  let asked = 0;
  let nowMs = 0;
  const places: (ReturnType<typeof createStill> & { address?: string })[] = [];
  const transport = await createSpreadTransport([targetOf('http://replicas.example')], {
    balance: 'round-robin',
    create: (target, options) => {
      const place = Object.assign(createStill(target, options), { address: options.address });
      places.push(place as (typeof places)[number]);
      return place;
    },
    resolve: async () => {
      asked += 1;
      return asked === 1 ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.3'];
    },
    nowMs: () => nowMs,
  });
  const addressOf = (index: number): string | undefined => {
    let address: string | undefined;
    transport.send(transport.prepare(REQUEST, index), {
      ...still,
      onRoute: (route) => {
        address = route.address;
      },
    });
    return address;
  };
  expect([0, 1, 2].map(addressOf)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
  places[0]?.fail();
  expect(asked).toBe(1);
  nowMs = 1_000;
  places[0]?.fail();
  places[0]?.fail();
  expect(asked).toBe(2);
  await Promise.resolve();
  await Promise.resolve();
  expect([0, 1, 2].map(addressOf)).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.2']);
  expect(places).toHaveLength(3);
});
