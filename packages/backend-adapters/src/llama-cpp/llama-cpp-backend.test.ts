import type { FetchText, RequestSample } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const backendOf = (more: Partial<BackendOptions> = {}) =>
  createBackend({
    ...PLAIN_OPTIONS,
    backend: 'llama-cpp',
    api: 'native',
    ignoreEos: true,
    basePath: '/base',
    ...more,
  });
const TEXT = { kind: 'text', text: 'Say hi.' } as const;
const sampleOf = (prompt: RequestSample['prompt'], maxOutputTokens: number | undefined): RequestSample => ({
  index: 0,
  prompt,
  inputTokens: 3,
  inputTokensSource: 'approximate',
  maxOutputTokens,
});
const parse = (body: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(body));

describe('requests to llama.cpp', () => {
  it('text and token IDs on its own interface', () => {
    const { path, body } = backendOf().encode(sampleOf(TEXT, 16));
    expect(path).toBe('/base/completion');
    const fixed = { model: 'm', temperature: 0 };
    expect(parse(body)).toEqual({ ...fixed, prompt: 'Say hi.', n_predict: 16, stream: true, ignore_eos: true });
    const plain = backendOf({ isStreaming: false, ignoreEos: false });
    const ids = { kind: 'token-ids', tokenIds: [5, 6] } as const;
    expect(parse(plain.encode(sampleOf(ids, undefined)).body)).toEqual({ ...fixed, prompt: [5, 6] });
  });

  it.each([
    ['chat', '/base/v1/chat/completions'],
    ['completions', '/base/v1/completions'],
  ] as const)('exact lengths on %s', (api, path) => {
    const request = backendOf({ api }).encode(sampleOf(TEXT, 16));
    expect(request.path).toBe(path);
    expect(parse(request.body)).toMatchObject({ max_tokens: 16, ignore_eos: true });
  });
});

describe('the tokenizer', () => {
  const asked: string[] = [];
  const fetchText: FetchText = async ({ path, body }) => {
    asked.push(path);
    const { content } = parse(body) as { content?: string };
    const answer = path === '/base/tokenize' ? { tokens: [...(content ?? '')] } : { prompt: '<Say hi.>' };
    return { status: 200, headers: new Map(), body: JSON.stringify(answer) };
  };

  it('counts a text, and on chat the rendered template', async () => {
    expect(await backendOf({ api: 'completions' }).countTokens?.(fetchText, 'Say hi.')).toBe(7);
    expect(await backendOf({ api: 'chat' }).countTokens?.(fetchText, 'Say hi.')).toBe(9);
    expect(asked).toEqual(['/base/tokenize', '/base/apply-template', '/base/tokenize']);
  });

  it('says nothing where the server does not', async () => {
    const refuse: FetchText = async () => ({ status: 501, headers: new Map(), body: '{"error":{"message":"no"}}' });
    for (const api of ['chat', 'native'] as const)
      expect(await backendOf({ api }).countTokens?.(refuse, 'a')).toBeUndefined();
  });
});

describe('what the server tells of itself', () => {
  it('version and context of a slot by /props', async () => {
    const pages: Readonly<Record<string, string>> = {
      '/base/v1/models': '{"data":[{"id":"m","owned_by":"llamacpp","meta":{"n_ctx":8192,"n_vocab":2048}}]}',
      '/base/props': '{"default_generation_settings":{"n_ctx":4096},"total_slots":2,"build_info":"b11434-abc"}',
      '/base/tokenize': '{"tokens":[1]}',
      '/base/metrics': '# TYPE llamacpp:prompt_tokens_total counter\nllamacpp:prompt_tokens_total 5\n',
    };
    const fetchText: FetchText = async ({ path }) => ({
      status: path in pages ? 200 : 404,
      headers: new Map(),
      body: pages[path] ?? '',
    });
    expect(await backendOf().capabilities(fetchText)).toEqual({
      models: ['m'],
      serverName: 'llama-cpp',
      serverVersion: 'b11434-abc',
      acceptsTokenIdPrompts: true,
      hasTokenizer: true,
      reportsUsageInStreams: true,
      reportsCachedTokens: true,
      hasMetrics: true,
      maxModelLength: 4096,
      vocabularySize: 2048,
      unknownBecause: {},
    });
    // Without the counter of cached tokens the prompt tokens of clients cannot be told.
    expect(await backendOf().readCounters?.(fetchText)).toEqual({
      requests: undefined,
      promptTokens: undefined,
      generatedTokens: undefined,
      cachedPromptTokens: undefined,
    });
  });
});
