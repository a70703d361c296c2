import { type Capture, loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, fetchCaptures, isStreamed } from '../../test/decode-bytes.ts';
import type { BackendOptions } from '../openai/backend-options.ts';
import { createVllmBackend } from './vllm-backend.ts';

const APIS: Readonly<Record<string, BackendOptions['api']>> = {
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completions',
  '/v1/responses': 'responses',
};
const captures = loadCaptures().filter(({ engine }) => engine === 'vllm');
const generations = captures.filter(({ request }) => request.method === 'POST' && request.path in APIS);
const named = new Map(captures.map((capture) => [capture.name.split('/')[1] ?? '', capture]));

const optionsOf = (capture: Capture | undefined, more: Partial<BackendOptions> = {}): BackendOptions => ({
  backend: 'vllm',
  api: APIS[capture?.request.path ?? ''] ?? 'chat',
  model: 'tiny',
  isStreaming: capture === undefined || isStreamed(capture),
  ignoreEos: true,
  includeUsage: true,
  basePath: '',
  headers: {},
  verifyStream: false,
  ...more,
});

describe.skipIf(captures.length === 0)('captured answers of vLLM (shared data)', () => {
  it.each(generations.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const { truth, mustReport } = capture;
    const usage = truth.usage as { completion_tokens?: number; output_tokens?: number } | null | undefined;
    const tokens = usage?.completion_tokens ?? usage?.output_tokens;
    for (const verifyStream of [false, true]) {
      const decoder = createVllmBackend(optionsOf(capture, { verifyStream })).createDecoder();
      const decoded = decodeBytes(capture.bytes, decoder, 100);
      expect(decoded.code).toBe(expectedCode(mustReport));
      if (truth.content_events !== undefined) expect(decoded.contentEvents).toBe(truth.content_events);
      if (tokens !== undefined) expect(decoded.outputTokens).toBe(tokens);
      else if (mustReport === 'ok') expect(decoded.outputTokensSource).not.toBe('usage');
    }
  });

  it('tells version, length and tokenizer, and why it cannot tell the rest', async () => {
    const fetchText = fetchCaptures({
      '/version': named.get('version'),
      '/metrics': named.get('metrics_start'),
      '/tokenize': named.get('tokenize_chat'),
      '/v1/models': named.get('b_models_no_key'),
    });
    const capabilities = await createVllmBackend(optionsOf(undefined)).capabilities(fetchText);
    expect(capabilities).toMatchObject({
      serverName: 'vllm',
      serverVersion: '0.32.0',
      hasTokenizer: true,
      hasMetrics: true,
      models: undefined,
    });
    const reasons = capabilities.unknownBecause ?? {};
    expect(reasons['models']).toContain('401');
    for (const field of Object.keys(reasons)) expect(Reflect.get(capabilities, field), field).toBeUndefined();
    for (const [field, value] of Object.entries(capabilities)) {
      if (value === undefined) expect(capabilities.unknownBecause).toHaveProperty(field);
    }
  });

  it('reads the totals of the server from its metrics', async () => {
    const backend = createVllmBackend(optionsOf(undefined));
    const counters = await backend.readCounters?.(fetchCaptures({ '/metrics': named.get('metrics_after_disconnect') }));
    expect(counters).toEqual({
      requests: 51,
      promptTokens: 17_778,
      generatedTokens: 9031,
      cachedPromptTokens: 6912,
    });
    expect(await backend.readCounters?.(fetchCaptures({}))).toBeUndefined();
    expect(await backend.readCounters?.(fetchCaptures({ '/metrics': named.get('version') }))).toBeUndefined();
  });

  it('counts the tokens of a prompt as its tokenizer does', async () => {
    const fetchText = fetchCaptures({ '/tokenize': named.get('tokenize_chat') });
    expect(await createVllmBackend(optionsOf(undefined)).countTokens?.(fetchText, 'Say hello.')).toBe(17);
  });
});

if (captures.length === 0) it.skip('captured answers of vLLM: shared/data/engines is absent', () => undefined);
