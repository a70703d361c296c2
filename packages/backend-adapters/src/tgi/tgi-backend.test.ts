import { readFileSync } from 'node:fs';
import type { Backend, FetchText, RequestSample } from '@assay/loadgen';
import { codeThrownBy, loadCaptures, sharedData } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const create = (options: Partial<BackendOptions> = {}): Backend =>
  createBackend({
    ...PLAIN_OPTIONS,
    backend: 'tgi',
    api: 'native',
    model: 'tiny',
    basePath: '/base',
    headers: { authorization: 'Bearer k' },
    ...options,
  });

const sample = (prompt: RequestSample['prompt'], maxOutputTokens?: number): RequestSample => ({
  index: 0,
  prompt,
  inputTokens: undefined,
  inputTokensSource: 'approximate',
  maxOutputTokens,
});

/** A server that answers these paths with 200 and everything else with the given status. */
const answering =
  (pages: Readonly<Record<string, string>>, otherStatus = 404): FetchText =>
  async ({ path }) => {
    const body = pages[path.replace('/base', '')];
    return { status: body === undefined ? otherStatus : 200, headers: new Map(), body: body ?? '' };
  };

describe('requests', () => {
  it.each([
    [true, '/base/generate_stream', 'text/event-stream'],
    [false, '/base/generate', 'application/json'],
  ])('native, streaming %s', (isStreaming, path, accept) => {
    const request = create({ isStreaming }).encode(sample({ kind: 'text', text: 'Grüße "x"' }, 7));
    expect(request).toMatchObject({ method: 'POST', path, headers: { accept, authorization: 'Bearer k' } });
    expect(JSON.parse(new TextDecoder().decode(request.body))).toEqual({
      inputs: 'Grüße "x"',
      parameters: { max_new_tokens: 7, do_sample: false, details: true, decoder_input_details: false },
    });
  });

  it('native, without a limit', () => {
    const { body } = create().encode(sample({ kind: 'text', text: 'a' }));
    expect(JSON.parse(new TextDecoder().decode(body)).parameters).not.toHaveProperty('max_new_tokens');
  });

  it('chat with temperature 0 and nothing that TGI ignores', () => {
    const { path, body } = create({ api: 'chat', ignoreEos: true }).encode(sample({ kind: 'text', text: 'a' }, 7));
    expect(path).toBe('/base/v1/chat/completions');
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
      model: 'tiny',
      messages: [{ role: 'user', content: 'a' }],
      max_tokens: 7,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it.each(['native', 'chat', 'completions'] as const)('%s refuses token IDs', async (api) => {
    const { encode } = create({ api });
    const code = await codeThrownBy(() => encode(sample({ kind: 'token-ids', tokenIds: [1] })));
    expect(code).toBe('PROMPT_KIND_UNSUPPORTED');
  });

  it.each(['responses', 'embeddings'] as const)('has no interface %s', async (api) => {
    expect(await codeThrownBy(() => create({ api }))).toBe('API_UNSUPPORTED');
  });

  const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'] };
  const form = { kind: 'json-schema', name: 'a', schema } as const;
  const tools = [{ name: 'f', description: undefined, parameters: undefined }];

  it('asks for a form of the answer as the router reads it', () => {
    const asked = { ...sample({ kind: 'text', text: 'x' }, 7), responseFormat: form };
    const bodyOf = (api: 'native' | 'chat'): Record<string, unknown> =>
      JSON.parse(new TextDecoder().decode(create({ api }).encode(asked).body));
    expect(bodyOf('native')['parameters']).toMatchObject({ grammar: { type: 'json', value: schema } });
    expect(bodyOf('chat')['response_format']).toEqual({ type: 'json_object', value: schema });
  });

  it.each([
    ['completions', { responseFormat: form }],
    ['native', { responseFormat: { kind: 'json-object' } }],
    ['chat', { responseFormat: { kind: 'json-object' } }],
    ['native', { tools }],
    ['completions', { tools }],
    ['native', { prompt: { kind: 'messages', messages: [] } }],
  ] as const)('%s refuses %j', async (api, more) => {
    const { encode } = create({ api });
    const code = await codeThrownBy(() => encode({ ...sample({ kind: 'text', text: 'x' }), ...more }));
    expect(code).toBe('PROMPT_KIND_UNSUPPORTED');
  });
});

describe('content of native answers', () => {
  const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'] };
  const asked: RequestSample = {
    ...sample({ kind: 'text', text: 'x' }),
    responseFormat: { kind: 'json-schema', name: 'a', schema },
  };
  const grammar = loadCaptures().find(({ name }) => name === 'tgi-3.3.6-dev0/generate_stream_json_grammar');

  it.skipIf(grammar === undefined)('is held to its form (shared data)', () => {
    const decoder = create().createDecoder(asked);
    expect(decodeBytes(grammar?.bytes ?? new Uint8Array(), decoder, 50)).toMatchObject({
      outcome: 'ok',
      answer: { structured: 'valid' },
      outputTokens: 11,
    });
  });

  it.each([true, false])(
    'streaming %s: the example is good, and a tokenizer counts beside the server',
    (isStreaming) => {
      const backend = create({ isStreaming, tokenizer: { count: (text) => text.split(' ').length - 1 } });
      const example = backend.exampleAnswer?.() ?? new Uint8Array();
      const decoded = decodeBytes(example, backend.createDecoder(), 50);
      expect(decoded).toMatchObject({ outcome: 'ok', outputTokens: 6, finishReason: 'length' });
      expect(decoded.tokenCounts).toContainEqual({ source: 'retokenised', tokens: 6 });
      expect(decodeBytes(example, backend.createDecoder(asked), 50).answer?.structured).toBe('not-json');
    },
  );
});

const INFO =
  '{"model_id":"tiny","model_sha":null,"max_concurrent_requests":128,"max_input_tokens":3072,"max_total_tokens":4096,"router":"text-generation-router","version":"3.3.6-dev0"}';

describe('capabilities', () => {
  const pages = {
    '/info': INFO,
    '/v1/models': '{"object":"list","data":[{"id":"tiny","object":"model","created":0,"owned_by":"tiny"}]}',
    '/metrics': '',
    '/tokenize': '[{"id":1,"text":"a","start":0,"stop":1}]',
  };

  it('reads what /info says', async () => {
    expect(await create().capabilities(answering(pages))).toEqual({
      models: ['tiny'],
      serverName: 'tgi',
      serverVersion: '3.3.6-dev0',
      acceptsTokenIdPrompts: false,
      hasTokenizer: true,
      reportsUsageInStreams: true,
      hasMetrics: true,
      maxModelLength: 4096,
      reportsCachedTokens: false,
      unknownBecause: { vocabularySize: expect.stringContaining('no question') },
    });
  });

  it('says why something is not known', async () => {
    const { '/metrics': _, '/v1/models': __, ...rest } = pages;
    const info = INFO.replace('"version":"3.3.6-dev0"', '"version":null');
    const told = await create().capabilities(answering({ ...rest, '/info': info }, 403));
    expect(told).toMatchObject({ models: ['tiny'], hasMetrics: undefined, serverVersion: undefined });
    expect(told.unknownBecause).toEqual({
      hasMetrics: 'GET /metrics answers 403',
      serverVersion: 'GET /info does not say it',
      vocabularySize: expect.stringContaining('no question'),
    });
  });

  it('takes the model of /info where there is no model list, as before 3.0, also where the router has no name yet', async () => {
    const old = '{"model_id":"tiny","max_concurrent_requests":128,"max_total_tokens":2048,"version":"2.0.0"}';
    for (const info of [old, old.replace('{', '{"router":"text-generation-router",')]) {
      const found = await create().capabilities(answering({ '/info': info, '/metrics': '' }));
      expect(found).toMatchObject({
        models: ['tiny'],
        serverName: 'tgi',
        serverVersion: '2.0.0',
        maxModelLength: 2048,
      });
    }
  });

  it.each([
    ['2.1.1', 'chat', false],
    ['2.1.1', 'native', true],
    ['2.2.0', 'completions', false],
    ['2.3.0', 'chat', true],
  ] as const)('%s: usage in streams of %s: %s', async (version, api, reportsUsageInStreams) => {
    const info = INFO.replace('3.3.6-dev0', version);
    expect(await create({ api }).capabilities(answering({ ...pages, '/info': info }))).toMatchObject({
      reportsUsageInStreams,
    });
  });

  it('a page of HTML is no metrics page', async () => {
    const found = await create().capabilities(answering({ ...pages, '/metrics': '<html>no</html>' }));
    expect(found.hasMetrics).toBeUndefined();
    expect(found.unknownBecause?.['hasMetrics']).toBe('/metrics is no metrics page: an HTML page');
  });

  it('does not take another server for TGI', async () => {
    const told = await create().capabilities(answering({ '/v1/models': '{"data":[{"id":"x","owned_by":"vllm"}]}' }));
    expect(told.serverName).not.toBe('tgi');
    expect(told.serverVersion).toBeUndefined();
    expect(told.unknownBecause?.['serverVersion']).toBe('GET /info answers 404');
  });
});

describe('tokens of a text', () => {
  it('native: /tokenize', async () => {
    const pages = { '/tokenize': '[{"id":1},{"id":2}]' };
    expect(await create().countTokens?.(answering(pages), 'a b')).toBe(2);
  });

  it('chat: /chat_tokenize, with the template', async () => {
    const pages = { '/chat_tokenize': '{"tokenize_response":[{"id":1},{"id":2},{"id":3}],"templated_text":"x"}' };
    expect(await create({ api: 'chat' }).countTokens?.(answering(pages), 'a')).toBe(3);
  });

  it.each(['{}', 'nope', '5'])('%s is no count', async (body) => {
    expect(await create().countTokens?.(answering({ '/tokenize': body }), 'a')).toBeUndefined();
  });
});

describe('totals', () => {
  it('before the first request the page is empty, and everything is 0', async () => {
    expect(await create().readCounters?.(answering({ '/metrics': '' }))).toEqual({
      requests: 0,
      promptTokens: 0,
      generatedTokens: 0,
      cachedPromptTokens: undefined,
    });
  });

  it.each(['vllm:x 1\n', '<html>no</html>'])('%s is not a page of TGI', async (body) => {
    expect(await create().readCounters?.(answering({ '/metrics': body }))).toBeUndefined();
  });

  it('there is no page', async () => {
    expect(await create().readCounters?.(answering({}))).toBeUndefined();
  });

  const page = loadCaptures().find(({ name }) => name === 'tgi-3.3.6-dev0/metrics_after');
  it.skipIf(page === undefined)('of a real router (shared data)', async () => {
    const body = new TextDecoder().decode(page?.bytes).split('\r\n\r\n')[1] ?? '';
    expect(await create().readCounters?.(answering({ '/metrics': body }))).toEqual({
      requests: 93 + 21 + 4 + 11 + 4,
      promptTokens: 4404,
      generatedTokens: 6319,
      cachedPromptTokens: undefined,
    });
  });

  const folder = sharedData('engines/tgi-3.3.6-dev0');
  it.skipIf(folder === undefined).each(['one_native_request', 'one_openai_request'])(
    '%s counts once (shared data)',
    async (name) => {
      const delta = JSON.parse(readFileSync(`${folder}/${name}.metrics_delta.json`, 'utf8')) as Record<
        string,
        number[]
      >;
      const pageOf = (at: number): string =>
        Object.entries(delta)
          .map(([series, values]) => `${series} ${values[at]}\n`)
          .join('');
      const before = await create().readCounters?.(answering({ '/metrics': pageOf(0) }));
      const after = await create().readCounters?.(answering({ '/metrics': pageOf(1) }));
      expect((after?.requests ?? 0) - (before?.requests ?? 0)).toBe(1);
      expect((after?.generatedTokens ?? 0) - (before?.generatedTokens ?? 0)).toBe(5);
    },
  );
});
