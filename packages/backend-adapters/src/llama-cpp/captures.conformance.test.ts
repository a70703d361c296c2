import type { FetchText } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, fetchCaptures, isStreamed } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const APIS: Readonly<Record<string, BackendOptions['api']>> = {
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completions',
  '/completion': 'native',
};
const captures = loadCaptures().filter(({ engine }) => engine === 'llama.cpp');
const generations = captures.filter(({ request }) => request.method === 'POST' && request.path in APIS);
const named = new Map(captures.map((capture) => [capture.name.split('/')[1] ?? '', capture]));

const optionsOf = (capture: Capture | undefined, more: Partial<BackendOptions> = {}): BackendOptions => ({
  ...PLAIN_OPTIONS,
  backend: 'llama-cpp',
  api: APIS[capture?.request.path ?? ''] ?? 'native',
  model: 'tiny',
  isStreaming: capture === undefined || isStreamed(capture),
  ...more,
});

/** The numbers a capture's index names, whatever its shape. */
function truthOf({ truth }: Capture): { tokens: number | undefined; prompt: number | undefined; reasons: string[] } {
  const usage = truth.usage as { completion_tokens?: number; prompt_tokens?: number } | null | undefined;
  const reasons = Object.values(truth.finish_reasons ?? {});
  return { tokens: usage?.completion_tokens, prompt: usage?.prompt_tokens, reasons };
}

describe.skipIf(captures.length === 0)('captured answers of llama.cpp (shared data)', () => {
  it.each(generations.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const { tokens, prompt, reasons } = truthOf(capture);
    for (const size of [capture.bytes.length, 1, 7, 100]) {
      const decoder = createBackend(optionsOf(capture, { verifyStream: size === 7 })).createDecoder();
      const decoded = decodeBytes(capture.bytes, decoder, size);
      expect(decoded.code).toBe(expectedCode(capture.mustReport));
      if (capture.truth.content_events !== undefined) expect(decoded.contentEvents).toBe(capture.truth.content_events);
      if (capture.mustReport !== 'ok') continue;
      if (tokens !== undefined) {
        expect([decoded.outputTokens, decoded.outputTokensSource]).toEqual([tokens, 'usage']);
        expect(decoded.usage?.promptTokens).toBe(prompt);
      }
      if (reasons.length > 0) expect(decoded.finishReason).toBe(reasons.join(','));
    }
  });

  it('native: counts by two sources, times, cached tokens, tokens one by one', () => {
    const capture = named.get('native_completion_stream_tokens') as Capture;
    const decoded = decodeBytes(capture.bytes, createBackend(optionsOf(capture)).createDecoder(), 50);
    expect(decoded).toMatchObject({
      tokenCounts: [
        { source: 'usage', tokens: 8 },
        { source: 'server-timings', tokens: 8 },
      ],
      serverTimes: { queueMs: undefined, prefillMs: 4.634, decodeMs: 3.201, totalMs: undefined },
      usage: { promptTokens: 4, completionTokens: 8, cachedTokens: 3 },
      arrivalsUnit: 'tokens',
      finishReason: 'limit',
    });
    const counts = decoded.arrivals.filter((_, index) => index % 2 === 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(decoded.firstTokenAtMs).toBeLessThan(decoded.lastTokenAtMs ?? 0);
  });

  it('native, not streamed', () => {
    const capture = named.get('native_cache_prompt_false') as Capture;
    expect(decodeBytes(capture.bytes, createBackend(optionsOf(capture)).createDecoder(), 99)).toMatchObject({
      outputTokens: 2,
      usage: { promptTokens: 2140, completionTokens: 2, cachedTokens: 0 },
      serverTimes: { prefillMs: 953.488, decodeMs: 1.663 },
      finishReason: 'limit',
      firstTokenAtMs: undefined,
    });
  });

  it.each([
    ['chat_stream_usage', 59],
    ['chat_timings_per_token', 13],
    ['comp_stream', 16],
    ['chat_plain', 59],
    ['chat_n2', 13],
  ])('%s: its timings are a source of their own', (name, tokens) => {
    const capture = named.get(name) as Capture;
    const decoded = decodeBytes(capture.bytes, createBackend(optionsOf(capture)).createDecoder(), 100);
    expect(decoded.tokenCounts).toEqual([
      { source: 'usage', tokens },
      { source: 'server-timings', tokens },
    ]);
    expect(decoded.serverTimes?.prefillMs).toBeGreaterThan(0);
    expect(decoded.serverTimes?.decodeMs).toBeGreaterThan(0);
  });

  it('counts a chat stream without usage by its timings', () => {
    const capture = named.get('chat_stream') as Capture;
    const decoded = decodeBytes(capture.bytes, createBackend(optionsOf(capture)).createDecoder(), 100);
    expect([decoded.outputTokens, decoded.outputTokensSource]).toEqual([59, 'server-timings']);
  });

  it('tells context and models, and why it cannot tell the rest', async () => {
    const fetchText = fetchCaptures({ '/v1/models': named.get('models'), '/metrics': named.get('b_metrics_no_key') });
    const capabilities = await createBackend(optionsOf(undefined)).capabilities(fetchText);
    expect(capabilities).toMatchObject({
      serverName: 'llama-cpp',
      models: ['tiny'],
      maxModelLength: 4096,
      acceptsTokenIdPrompts: true,
      reportsCachedTokens: true,
      reportsUsageInStreams: true,
      hasTokenizer: false,
      hasMetrics: undefined,
    });
    expect(capabilities.unknownBecause).toEqual({
      serverVersion: 'GET /props answers 404',
      hasMetrics: 'GET /metrics answers 401',
    });
  });

  it('does not take another server for llama.cpp', async () => {
    const fetchText: FetchText = async ({ path }) =>
      path === '/v1/models'
        ? { status: 200, headers: new Map(), body: '{"data":[{"id":"m","owned_by":"vllm"}]}' }
        : { status: 404, headers: new Map(), body: '' };
    const capabilities = await createBackend(optionsOf(undefined)).capabilities(fetchText);
    expect(capabilities).toMatchObject({ serverName: 'vllm', acceptsTokenIdPrompts: undefined });
    expect(capabilities.unknownBecause?.['acceptsTokenIdPrompts']).toContain('vllm');
  });

  it('reads the totals of the server from its metrics', async () => {
    const backend = createBackend(optionsOf(undefined));
    expect(await backend.readCounters?.(fetchCaptures({ '/metrics': named.get('metrics_after') }))).toEqual({
      requests: undefined,
      promptTokens: 6602 + 2417,
      generatedTokens: 13_209,
      cachedPromptTokens: 2417,
    });
    expect(await backend.readCounters?.(fetchCaptures({ '/metrics': named.get('b_metrics_no_key') }))).toBeUndefined();
    expect(await backend.readCounters?.(fetchCaptures({ '/metrics': named.get('models') }))).toBeUndefined();
  });
});

if (captures.length === 0) it.skip('captured answers of llama.cpp: shared/data/engines is absent', () => undefined);
