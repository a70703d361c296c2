import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNetTransport, type DecodedResponse } from '@assay/loadgen';
import { expect, onTestFinished, test } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

/** Sends one request of the backend to a server that redirects it. */
async function redirected(
  options: Pick<BackendOptions, 'backend' | 'api' | 'isStreaming'>,
  location: string | undefined,
) {
  const server = createServer((_, response) => {
    response.writeHead(302, location === undefined ? {} : { location }).end('<html>Found</html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createNetTransport(
    { origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 2000 },
    { clock: { nowMs: () => performance.now() } },
  );
  onTestFinished(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  const backend = createBackend({ ...PLAIN_OPTIONS, ...options });
  const decoder = backend.createDecoder();
  return await new Promise<DecodedResponse>((resolve, reject) => {
    transport.send(transport.prepare(backend.encode(textSample('a', 4))), {
      onConnect: () => undefined,
      onSent: () => undefined,
      onHeaders: (status, headers, atMs) => decoder.onHeaders(status, headers, atMs),
      onBody: (bytes, start, end, atMs) => decoder.onBody(bytes, start, end, atMs),
      onComplete: () => resolve(decoder.finish({ kind: 'complete' })),
      onFailure: (code) => reject(new Error(code)),
    });
  });
}

const LOGIN = 'https://user:word@sso.example.com/login?ticket=secret-ticket#state';

test.each([
  ['openai', 'chat', true],
  ['openai', 'chat', false],
  ['openai', 'responses', true],
  ['openai', 'embeddings', false],
  ['tgi', 'native', true],
  ['triton', 'native', true],
  ['triton', 'native', false],
  ['kserve', 'native', false],
  ['llama-cpp', 'native', true],
  ['sglang', 'native', false],
] as const)(
  '%s %s, streamed %s: the record says where the redirect points, without tickets',
  async (backend, api, isStreaming) => {
    expect(await redirected({ backend, api, isStreaming }, LOGIN)).toMatchObject({
      outcome: 'http',
      code: 'HTTP_302',
      message: 'redirects to https://sso.example.com/login, which looks like a login page',
    });
  },
);

test.each([
  ['/v2/chat', 'redirects to /v2/chat'],
  ['//other.example.com/x?y', 'redirects to //other.example.com/x'],
  ['?next=1', 'redirects to no address'],
  [undefined, 'redirects to no address'],
])('to %s: %s', async (location, message) => {
  expect((await redirected({ backend: 'openai', api: 'chat', isStreaming: true }, location)).message).toBe(message);
});
