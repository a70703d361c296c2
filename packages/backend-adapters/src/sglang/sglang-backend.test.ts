import type { DecodedResponse, FetchText } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import {
  CUMULATIVE,
  IDS_ALONE,
  INCREMENTAL,
  INCREMENTAL_ALIKE,
  SGLANG_DONE,
  sglangOutput,
  sglangStream,
} from '../../test/sglang-vector.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const OPTIONS: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'sglang',
  api: 'native',
  ignoreEos: true,
  basePath: '/base',
  headers: { authorization: 'Bearer k' },
};
const backendOf = (more: Partial<BackendOptions> = {}) => createBackend({ ...OPTIONS, ...more });
const encoder = new TextEncoder();

/** An answer as `decodeBytes` takes it; without a length, so the end of the connection is its end. */
function decode(
  body: string,
  { status = 200, type = 'text/event-stream', size = 40, isStreaming = true } = {},
): DecodedResponse {
  const bytes = encoder.encode(body);
  const head = encoder.encode(
    `HTTP/1.1 ${status} x\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  );
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return decodeBytes(whole, backendOf({ isStreaming }).createDecoder(), size);
}

const countsOf = ({ arrivals }: DecodedResponse): number[] => arrivals.filter((_, index) => index % 2 === 1);

describe('streams of /generate', () => {
  it.each([
    ['cumulative', CUMULATIVE],
    ['incremental', INCREMENTAL],
  ])('%s: several tokens in an event are several, a token without text arrives with its text', (_name, outputs) => {
    for (const size of [1, 7, 40, 100_000]) {
      const decoded = decode(sglangStream(outputs), { size });
      expect(decoded).toMatchObject({
        outcome: 'ok',
        outputTokens: 8,
        outputTokensSource: 'usage',
        tokenCounts: [
          { source: 'usage', tokens: 8 },
          { source: 'token-ids', tokens: 8 },
        ],
        usage: { promptTokens: 12, completionTokens: 8, cachedTokens: 8, reasoningTokens: 0 },
        arrivalsUnit: 'tokens',
        contentEvents: 3,
        finishReason: 'stop',
        serverTimes: { queueMs: undefined, prefillMs: undefined, decodeMs: undefined, totalMs: 250 },
      });
      expect(countsOf(decoded)).toEqual(size > 1000 ? [7] : [1, 3, 3]);
    }
  });

  it('increments that look alike are not taken for one text', () => {
    expect(decode(sglangStream(INCREMENTAL_ALIKE))).toMatchObject({
      outputTokens: 3,
      contentEvents: 3,
      tokenCounts: [
        { source: 'usage', tokens: 3 },
        { source: 'token-ids', tokens: 3 },
      ],
      finishReason: 'length',
    });
  });

  it('token IDs without text', () => {
    expect(decode(sglangStream(IDS_ALONE))).toMatchObject({ outcome: 'ok', outputTokens: 3, contentEvents: 2 });
  });

  it.each([
    [7, undefined],
    [6, 'USAGE_MISMATCH'],
    [9, 'USAGE_MISMATCH'],
  ])('8 tokens counted and %i listed, of which the end token may lack', (listed, code) => {
    const [first, last] = [CUMULATIVE[0], CUMULATIVE.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no vectors');
    const decoded = decode(sglangStream([first, { ...last, ids: [...last.ids, 9].slice(0, listed) }]));
    expect(decoded).toMatchObject({
      code,
      outputTokens: 8,
      tokenCounts: [
        { source: 'usage', tokens: 8 },
        { source: 'token-ids', tokens: listed },
      ],
    });
  });

  it('times of a server with metrics', () => {
    const meta = { queue_time: 0.125, forward_entry_time: 1000.5, prefill_finished_time: 1000.75 };
    const output = { text: 'a', ids: [1], tokens: 1, finish: { type: 'length', length: 1 }, meta };
    expect(decode(sglangStream([output])).serverTimes).toEqual({
      queueMs: 125,
      prefillMs: 250,
      decodeMs: undefined,
      totalMs: 250,
    });
  });
});

describe('streams that are no success', () => {
  const abort = { type: 'abort', message: 'Abort in waiting queue' };
  it.each([
    ['no terminator', sglangStream(CUMULATIVE, false), 'STREAM_TRUNCATED'],
    ['a terminator, but no finish reason', sglangStream(CUMULATIVE.slice(0, 3)), 'STREAM_TRUNCATED'],
    ['nothing but the terminator', SGLANG_DONE, 'STREAM_EMPTY'],
    ['nothing', '', 'STREAM_EMPTY'],
    ['aborted while waiting', sglangStream([{ text: '', ids: [], tokens: 0, finish: abort }]), 'SERVER_ABORTED'],
    [
      'aborted later on',
      sglangStream([...CUMULATIVE.slice(0, 4), { text: 'Hi👋', ids: [11], tokens: 4, finish: abort }]),
      'SERVER_ABORTED',
    ],
    [
      'refused under 200',
      `data: {"error":{"message":"too long","type":"invalid_request_error","code":400,"retryable":false}}\n\n${SGLANG_DONE}`,
      'STREAM_ERROR_EVENT',
    ],
    ['no JSON', `data: {"text"\n\n${SGLANG_DONE}`, 'STREAM_MALFORMED'],
    ['another protocol', `data: {"choices":[]}\n\n${SGLANG_DONE}`, 'STREAM_MALFORMED'],
    [
      'fewer tokens at the end than before',
      sglangStream([...CUMULATIVE.slice(0, 5), { text: 'Hi', ids: [11], tokens: 1, finish: { type: 'stop' } }]),
      'USAGE_MISMATCH',
    ],
  ])('%s', (_name, body, code) => {
    for (const size of [1, 40]) expect(decode(body, { size }).code).toBe(code);
  });

  it('says why it was aborted', () => {
    expect(decode(sglangStream([{ text: '', ids: [], tokens: 0, finish: abort }])).message).toBe(abort.message);
  });

  it('a whole body instead of a stream, and a refusal', () => {
    const json = { type: 'application/json' };
    const output = sglangOutput({ text: 'a', ids: [1], tokens: 1, finish: { type: 'stop' } });
    expect(decode(output, json).code).toBe('STREAM_MALFORMED');
    expect(decode('{"error":{"message":"bad"}}', { ...json, status: 400 })).toMatchObject({
      code: 'HTTP_400',
      message: 'bad',
    });
    const full = '{"object":"error","message":"The request queue is full.","type":"503","param":null,"code":503}';
    expect(decode(full, { ...json, status: 503 })).toMatchObject({
      code: 'HTTP_503',
      message: 'The request queue is full.',
    });
  });
});

describe('bodies of /generate', () => {
  const plain = { type: 'application/json', isStreaming: false };
  it('an answer', () => {
    const output = sglangOutput({ text: 'Hi', ids: [11, 2], tokens: 2, finish: { type: 'stop', matched: 2 } });
    expect(decode(output, plain)).toMatchObject({
      outcome: 'ok',
      outputTokens: 2,
      firstTokenAtMs: undefined,
      finishReason: 'stop',
      usage: { promptTokens: 12, cachedTokens: 8 },
    });
  });
  it.each([
    [
      'aborted',
      sglangOutput({ text: '', ids: [], tokens: 0, finish: { type: 'abort', message: 'x' } }),
      'SERVER_ABORTED',
    ],
    [
      'no tokens for its text',
      sglangOutput({ text: 'a', ids: [], tokens: 0, finish: { type: 'stop' } }),
      'USAGE_MISMATCH',
    ],
    ['no finish reason yet', sglangOutput({ text: 'a', ids: [11], tokens: 1 }), 'STREAM_TRUNCATED'],
    ['an empty finish reason', '{"text":"a","meta_info":{"finish_reason":""}}', 'STREAM_TRUNCATED'],
    ['a finish reason of no type', '{"text":"a","meta_info":{"finish_reason":{}}}', 'STREAM_TRUNCATED'],
    ['no word of an end', '{"text":"","meta_info":{}}', 'STREAM_TRUNCATED'],
    ['error under 200', '{"error":{"message":"bad"}}', 'ERROR_BODY'],
    ['another protocol', '{"generated_text":"a"}', 'STREAM_MALFORMED'],
    ['a list of answers', '[]', 'STREAM_MALFORMED'],
    ['a page', '<html>login</html>', 'ERROR_BODY'],
    ['nothing', '', 'STREAM_EMPTY'],
  ])('%s', (_name, body, code) => {
    expect(decode(body, plain).code).toBe(code);
  });
});

describe('requests', () => {
  const sample = { index: 0, inputTokens: 3, inputTokensSource: 'approximate', maxOutputTokens: 16 } as const;
  const bodyOf = (backend: ReturnType<typeof backendOf>, tokenIds?: readonly number[]): unknown => {
    const prompt =
      tokenIds === undefined
        ? ({ kind: 'text', text: 'Say hi.' } as const)
        : ({ kind: 'token-ids', tokenIds } as const);
    return JSON.parse(new TextDecoder().decode(backend.encode({ ...sample, prompt }).body));
  };
  it('text and token IDs on the native interface', () => {
    const { path, headers } = backendOf().encode({ ...sample, prompt: { kind: 'text', text: '' } });
    expect([path, headers['authorization'], headers['accept']]).toEqual([
      '/base/generate',
      'Bearer k',
      'text/event-stream',
    ]);
    const sampling_params = { temperature: 0, max_new_tokens: 16, ignore_eos: true };
    expect(bodyOf(backendOf())).toEqual({ text: 'Say hi.', sampling_params, stream: true });
    expect(bodyOf(backendOf({ isStreaming: false }), [5, 6])).toEqual({ input_ids: [5, 6], sampling_params });
    expect(bodyOf(backendOf({ ignoreEos: false }))).toMatchObject({
      sampling_params: { temperature: 0, max_new_tokens: 16 },
    });
  });
  it('exact lengths on the interface of OpenAI', () => {
    expect(bodyOf(backendOf({ api: 'completions' }))).toMatchObject({
      prompt: 'Say hi.',
      max_tokens: 16,
      ignore_eos: true,
    });
  });
});

describe('what the server tells of itself', () => {
  const serve =
    (pages: Readonly<Record<string, string>>): FetchText =>
    async ({ path }) => ({ status: path in pages ? 200 : 404, headers: new Map(), body: pages[path] ?? '' });
  const models = '{"object":"list","data":[{"id":"m","object":"model","owned_by":"sglang","max_model_len":32768}]}';
  const metrics = [
    '# TYPE sglang:num_running_reqs gauge',
    'sglang:num_running_reqs{model_name="m"} 1.0',
    '# TYPE sglang:prompt_tokens_total counter',
    'sglang:prompt_tokens_total{is_streaming="false",model_name="m"} 12.0',
    'sglang:prompt_tokens_total{is_streaming="true",model_name="m"} 30.0',
    '# TYPE sglang:generation_tokens_total counter',
    'sglang:generation_tokens_total{is_streaming="true",model_name="m"} 8.0',
    '# TYPE sglang:num_requests_total counter',
    'sglang:num_requests_total{is_streaming="true",model_name="m"} 2.0',
    '# TYPE sglang:cached_tokens_total counter',
    'sglang:cached_tokens_total{cache_source="device",model_name="m"} 5.0',
    'sglang:cached_tokens_total{cache_source="host",model_name="m"} 1.0',
  ].join('\n');

  it.each(['/base/server_info', '/base/get_server_info'])('%s', async (path) => {
    const capabilities = await backendOf().capabilities(
      serve({
        '/base/v1/models': models,
        [path]: '{"model_path":"m","enable_cache_report":false,"version":"0.5.23"}',
        '/base/tokenize': '{"tokens":[1,2,3],"count":3,"max_model_len":32768}',
        '/base/metrics': metrics,
      }),
    );
    expect(capabilities).toEqual({
      models: ['m'],
      serverName: 'sglang',
      serverVersion: '0.5.23',
      acceptsTokenIdPrompts: true,
      hasTokenizer: true,
      reportsUsageInStreams: true,
      reportsCachedTokens: true,
      hasMetrics: true,
      maxModelLength: 32_768,
      unknownBecause: { vocabularySize: expect.stringContaining('no question') },
    });
  });

  it('cached tokens on the interface of OpenAI are up to a flag', async () => {
    const pages = { '/base/v1/models': models, '/base/server_info': '{"enable_cache_report":false}' };
    const chat = await backendOf({ api: 'chat' }).capabilities(serve(pages));
    expect(chat).toMatchObject({ reportsCachedTokens: false, acceptsTokenIdPrompts: false, hasMetrics: false });
    const unknown = await backendOf({ api: 'chat' }).capabilities(serve({ '/base/v1/models': models }));
    expect(unknown.reportsCachedTokens).toBeUndefined();
    for (const [field, value] of Object.entries(unknown))
      if (value === undefined) expect(unknown.unknownBecause).toHaveProperty(field);
  });

  it('totals', async () => {
    const read = (page: string | undefined) =>
      backendOf().readCounters?.(serve(page === undefined ? {} : { '/base/metrics': page }));
    expect(await read(metrics)).toEqual({ requests: 2, promptTokens: 42, generatedTokens: 8, cachedPromptTokens: 6 });
    expect(await read('sglang:num_running_reqs 0\n')).toEqual({
      requests: 0,
      promptTokens: 0,
      generatedTokens: 0,
      cachedPromptTokens: undefined,
    });
    for (const page of [undefined, '', 'vllm:x 1\n', '<html>']) expect(await read(page)).toBeUndefined();
  });
});
