import type { DecodedResponse, FetchText } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { parseMetrics } from '@assay/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, isStreamed, readCaptured } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';
import { toKserveCounters } from './metrics.ts';

const all = loadCaptures();
const captures = all.filter(({ engine }) => engine === 'kserve');
/** Triton speaks V2 too, and knows the binary tensor extension. */
const inferences = all.filter(
  ({ engine, request }) => (engine === 'kserve' || engine === 'triton') && /(\/infer|:predict)$/.test(request.path),
);
const openAi = captures.filter(
  ({ request }) => request.method === 'POST' && /\/(chat\/)?completions$/.test(request.path),
);

const optionsOf = (api: BackendOptions['api'], isStreaming: boolean): BackendOptions => ({
  ...PLAIN_OPTIONS,
  backend: 'kserve',
  api,
  model: api === 'native' ? 'echo' : 'tiny',
  isStreaming,
});

/** How the captured inference was asked for: V1 by its path, else V2. */
const inferOptionsOf = ({ request }: Capture): BackendOptions => ({
  ...optionsOf('native', false),
  api: request.path.endsWith(':predict') ? 'v1' : 'native',
});

const decode = (bytes: Uint8Array, options: BackendOptions, size: number): DecodedResponse =>
  decodeBytes(bytes, createBackend(options).createDecoder(), size);

describe.skipIf(captures.length === 0)('captured answers of KServe (shared data)', () => {
  it.each(inferences.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const { bytes, mustReport } = capture;
    for (const size of [bytes.length, 1, 7, 100]) {
      const decoded = decode(bytes, inferOptionsOf(capture), size);
      expect(decoded.code).toBe(expectedCode(mustReport));
      if (mustReport === 'ok') expect(decoded.message).toBeUndefined();
      else expect(decoded.message).toMatch(/\w/);
      expect(decoded.outputTokensSource).toBe('unavailable');
    }
  });

  it.each(openAi.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const { bytes, mustReport, truth } = capture;
    const usage = truth.usage as { completion_tokens?: number } | null | undefined;
    for (const size of [bytes.length, 1, 100]) {
      const decoded = decode(bytes, optionsOf('chat', isStreamed(capture)), size);
      expect(decoded.code).toBe(expectedCode(mustReport));
      if (truth.content_events !== undefined) expect(decoded.contentEvents).toBe(truth.content_events);
      const prompts = truth['usage_position'] === 'finish event' ? Object.keys(truth.finish_reasons ?? {}).length : 1;
      if (usage?.completion_tokens !== undefined) expect(decoded.outputTokens).toBe(usage.completion_tokens * prompts);
    }
  });

  it('no prefix of an inference is a success', () => {
    for (const capture of inferences) {
      const { bytes, name } = capture;
      for (let length = 1; length < bytes.length; length += 1) {
        const { outcome } = decode(bytes.subarray(0, length), inferOptionsOf(capture), length);
        expect(outcome, `${name} cut at ${length}`).not.toBe('ok');
      }
    }
  });

  it('mutated answers never crash, and a failure always has a code', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...inferences, ...openAi),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 90 }),
        (capture, changes, size) => {
          const bytes = capture.bytes.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const api = inferences.includes(capture) ? 'native' : 'chat';
          const decoded = decode(bytes, optionsOf(api, isStreamed(capture)), size);
          expect(decoded.outcome === 'ok').toBe(decoded.code === undefined);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(captures.length === 0)('what a captured KServe says of itself', () => {
  const fetchCaptured: FetchText = async ({ path, method }) => {
    const capture =
      captures.find(({ request }) => request.path === path && request.method === method) ??
      captures.find(({ name }) => name.endsWith('/openai_wrong_prefix'));
    return readCaptured(capture as Capture);
  };

  it('capabilities, for its own protocols and for OpenAI', async () => {
    const native = await createBackend(optionsOf('native', false)).capabilities(fetchCaptured);
    expect(native).toMatchObject({ serverName: 'kserve', serverVersion: '0.21.0', models: ['tiny', 'echo'] });
    expect(native).toMatchObject({ hasMetrics: true, reportsUsageInStreams: false });
    const chat = await createBackend(optionsOf('chat', true)).capabilities(fetchCaptured);
    expect(chat).toMatchObject({ serverName: 'kserve', models: ['tiny'], reportsUsageInStreams: undefined });
    expect(Object.keys(chat.unknownBecause ?? {})).toContain('reportsUsageInStreams');
  });

  it('counters of the OpenAI routes are those of vLLM inside the server, or none', async () => {
    const backend = createBackend(optionsOf('chat', true));
    expect(await backend.readCounters?.(fetchCaptured)).toBeUndefined();
    const page = '# TYPE vllm:generation_tokens counter\nvllm:generation_tokens_total{model_name="tiny"} 7\n';
    const withVllm: FetchText = async () => ({ status: 200, headers: new Map(), body: page });
    expect(await backend.readCounters?.(withVllm)).toMatchObject({ generatedTokens: 7, requests: undefined });
  });

  it('counters: a model without a series has had no request', () => {
    const after = readCaptured(captures.find(({ name }) => name.endsWith('/metrics_after')) as Capture).body;
    expect(toKserveCounters(parseMetrics(after), 'echo')?.requests).toBe(6);
    expect(toKserveCounters(parseMetrics(after), 'never asked')?.requests).toBe(0);
    expect(toKserveCounters(parseMetrics('# TYPE up gauge\nup 1\n'), 'echo')).toBeUndefined();
  });
});

if (captures.length === 0) it.skip('captured answers of KServe: shared/data/engines is absent', () => undefined);
