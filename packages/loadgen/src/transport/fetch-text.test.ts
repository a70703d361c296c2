import { afterEach, expect, test } from 'vitest';
import type { Answer, RawServer } from '../../test/transport/record-exchange.ts';
import { startRawServer } from '../../test/transport/record-exchange.ts';
import type { TextFetcher } from './fetch-text.ts';
import { createTextFetcher } from './fetch-text.ts';

let server: RawServer | undefined;
let fetcher: TextFetcher | undefined;

afterEach(async () => {
  await fetcher?.close();
  await server?.close();
});

async function start(answer: Answer): Promise<TextFetcher> {
  server = await startRawServer(answer);
  fetcher = createTextFetcher({ origin: server.origin, connectTimeoutMs: 1_000 });
  return fetcher;
}

const GET = { method: 'GET', path: '/v1/models', headers: {}, body: undefined, timeoutMs: 2_000 } as const;

test('hands over status, headers and text', async () => {
  const { fetchText } = await start(
    (socket) => void socket.write('HTTP/1.1 404 Not Found\r\nX-A: 1\r\nContent-Length: 3\r\n\r\nh\u00e9'),
  );
  const answer = await fetchText(GET);
  expect({ ...answer, headers: answer.headers.get('x-a') }).toEqual({ status: 404, headers: '1', body: 'h\u00e9' });
});

test('does not follow a redirect', async () => {
  const { fetchText } = await start(
    (socket) => void socket.write('HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n'),
  );
  expect((await fetchText(GET)).status).toBe(302);
  expect(server?.accepted()).toBe(1);
});

test('gives up after the timeout', async () => {
  const { fetchText } = await start(() => undefined);
  await expect(fetchText({ ...GET, timeoutMs: 50 })).rejects.toThrow(/timeout/i);
});

test('rejects when nobody listens', async () => {
  const { fetchText } = await start(() => undefined);
  await server?.close();
  await expect(fetchText(GET)).rejects.toThrow(/ECONNREFUSED/);
});
