import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createFetchText,
  createNetTransport,
  type EncodedRequest,
  type RequestSample,
  type Transport,
} from '@assay/loadgen';
import { createUndiciTransport } from '@assay/loadgen/undici';
import { codeThrownBy } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const CLOCK = { nowMs: (): number => performance.now() };
const OPTIONS: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'kserve',
  api: 'native',
  model: 'demo',
  isStreaming: false,
  headers: { host: 'demo.ml.example.com' },
};
const SAMPLE: RequestSample = textSample('hello', 4);

const encode = (options: Partial<BackendOptions>, sample: Partial<RequestSample> = {}) => {
  const request = createBackend({ ...OPTIONS, ...options }).encode({ ...SAMPLE, ...sample });
  return { ...request, body: JSON.parse(new TextDecoder().decode(request.body)) as Record<string, unknown> };
};

describe('requests to KServe', () => {
  it('V2: the index as the id, one tensor of text, sampling in the parameters', () => {
    expect(encode({}, { index: 7 })).toMatchObject({
      path: '/v2/models/demo/infer',
      headers: { host: 'demo.ml.example.com' },
      body: {
        id: '7',
        parameters: { temperature: 0, max_tokens: 4 },
        inputs: [{ name: 'text_input', shape: [1], datatype: 'BYTES', data: ['hello'] }],
      },
    });
  });

  it('V2: the prompt goes into the input that the model named', () => {
    const promptTensor = { name: 'PROMPT', shape: [1, 1] };
    expect(encode({ promptTensor }).body['inputs']).toEqual([
      { name: 'PROMPT', shape: [1, 1], datatype: 'BYTES', data: ['hello'] },
    ]);
  });

  it('V1: one instance', () => {
    const { path, body } = encode({ api: 'v1' });
    expect(path).toBe('/v1/models/demo:predict');
    expect(body).toEqual({ instances: ['hello'] });
  });

  it("OpenAI's interfaces below the prefix, which is not doubled", () => {
    expect(encode({ api: 'chat', isStreaming: true }).path).toBe('/openai/v1/chat/completions');
    expect(encode({ api: 'completions', basePath: '/openai' }).path).toBe('/openai/v1/completions');
    expect(encode({ api: 'completions', basePath: '/ns/demo' }).path).toBe('/ns/demo/openai/v1/completions');
    expect(encode({ basePath: '/openai' }).path).toBe('/v2/models/demo/infer');
  });

  it('refuse what the protocols cannot say', async () => {
    expect(await codeThrownBy(() => createBackend({ ...OPTIONS, isStreaming: true }))).toBe('API_UNSUPPORTED');
    const tokenIds = { kind: 'token-ids', tokenIds: [1] } as const;
    expect(await codeThrownBy(() => encode({}, { prompt: tokenIds }))).toBe('PROMPT_KIND_UNSUPPORTED');
    expect(await codeThrownBy(() => encode({ api: 'v1' }, { prompt: tokenIds }))).toBe('PROMPT_KIND_UNSUPPORTED');
  });
});

describe('an ingress before several services', () => {
  it('questions and requests carry the host of the service, not that of the address, by both transports', async () => {
    const hosts: string[] = [];
    const server = createServer((request, response) => {
      hosts.push(`${request.url} ${request.headers.host}`);
      const isServer = request.url === '/v2';
      response.writeHead(isServer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isServer ? '{"name":"kserve","version":"0.21.0"}' : '{"detail":"Not Found"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 2000 };
    const backend = createBackend(OPTIONS);
    const transports = [createNetTransport(target, { clock: CLOCK }), createUndiciTransport(target, { clock: CLOCK })];
    try {
      const found = await backend.capabilities(createFetchText(target));
      expect(found).toMatchObject({ serverName: 'kserve', serverVersion: '0.21.0', models: undefined });
      expect(found.unknownBecause).toMatchObject({ models: 'GET /v2/models answers 404 without a list' });
      for (const transport of transports) await send(transport, backend.encode(SAMPLE));
      expect(hosts.slice(-2)).toEqual(Array(2).fill('/v2/models/demo/infer demo.ml.example.com'));
      expect(hosts.every((line) => line.endsWith(' demo.ml.example.com'))).toBe(true);
    } finally {
      for (const transport of transports) await transport.close();
      server.closeAllConnections();
      server.close();
    }
  });
});

function send(transport: Transport, request: EncodedRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    transport.send(transport.prepare(request), {
      onConnect: () => undefined,
      onSent: () => undefined,
      onHeaders: () => undefined,
      onBody: () => undefined,
      onComplete: () => resolve(),
      onFailure: (code) => reject(new Error(code)),
    });
  });
}
