import { type Capture, loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, fetchCaptures, isStreamed } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
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
  ...PLAIN_OPTIONS,
  backend: 'vllm',
  api: APIS[capture?.request.path ?? ''] ?? 'chat',
  model: 'tiny',
  isStreaming: capture === undefined || isStreamed(capture),
  ignoreEos: true,
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

  // Tokens without content of their own (the end token, the frame of a tool call) are in the usage and in no arrival.
  it.each([
    ['b_comp_return_token_ids_stream', 32, 32],
    ['b_comp_stream_logprobs', 12, 12],
    ['c_spec_chat_stream_cont', 60, 60],
    ['c_spec_chat_stream_token_ids', 60, 60],
    ['b_chat_tool_auto_stream', 36, 40],
    ['chat_stream_usage_cont', 58, 59],
    ['chat_stream_logprobs', 58, 59],
    ['d_chat_stream_forced_usage', 12, 13],
  ])('%s: several tokens in an event are several tokens', (name, withContent, inAll) => {
    const capture = named.get(name);
    const decoder = createVllmBackend(optionsOf(capture)).createDecoder();
    const {
      arrivals,
      arrivalsUnit,
      outputTokens,
      tokenCounts = [],
    } = decodeBytes(capture?.bytes ?? new Uint8Array(), decoder, 64);
    expect([arrivalsUnit, outputTokens]).toEqual(['tokens', inAll]);
    expect(arrivals.reduce((sum, value, index) => sum + (index % 2 === 1 ? value : 0), 0)).toBe(withContent);
    expect(tokenCounts.length).toBeGreaterThan(1);
    expect(new Set(tokenCounts.map(({ tokens }) => tokens))).toEqual(new Set([inAll]));
  });

  it('b_chat_stream_no_usage: events that were only counted are no tokens', () => {
    const capture = named.get('b_chat_stream_no_usage');
    const decoder = createVllmBackend(optionsOf(capture)).createDecoder();
    expect(decodeBytes(capture?.bytes ?? new Uint8Array(), decoder, 64)).toMatchObject({
      outputTokensSource: 'event-count',
      arrivalsUnit: 'events',
    });
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

  it.each(
    captures.filter(({ request }) => request.path === '/metrics').map((capture) => [capture.name, capture] as const),
  )('%s holds totals', async (_name, capture) => {
    const counters = await createVllmBackend(optionsOf(undefined)).readCounters?.(
      fetchCaptures({ '/metrics': capture }),
    );
    for (const total of Object.values(counters ?? {})) expect(Number.isInteger(total)).toBe(true);
    expect(Object.keys(counters ?? {})).toHaveLength(4);
  });

  it('counts the tokens of a prompt as its tokenizer does', async () => {
    const fetchText = fetchCaptures({ '/tokenize': named.get('tokenize_chat') });
    expect(await createVllmBackend(optionsOf(undefined)).countTokens?.(fetchText, 'Say hello.')).toBe(17);
  });
});

if (captures.length === 0) it.skip('captured answers of vLLM: shared/data/engines is absent', () => undefined);
