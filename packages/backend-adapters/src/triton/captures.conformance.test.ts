import type { DecodedResponse, FetchText } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { parseMetrics } from '@assay/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, readCaptured } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';
import { toTritonCounters } from './metrics.ts';

const captures = loadCaptures().filter(({ engine }) => engine === 'triton');
const generations = captures.filter(({ request }) => /\/generate(_stream)?$/.test(request.path));
const isStream = (capture: Capture): boolean => capture.request.path.endsWith('_stream');

const optionsOf = (isStreaming: boolean): BackendOptions => ({
  ...PLAIN_OPTIONS,
  backend: 'triton',
  api: 'native',
  model: 'tokstream',
  isStreaming,
});

const decode = (bytes: Uint8Array, isStreaming: boolean, size: number): DecodedResponse =>
  decodeBytes(bytes, createBackend(optionsOf(isStreaming)).createDecoder(), size);

describe.skipIf(captures.length === 0)('captured answers of Triton (shared data)', () => {
  it.each(generations.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const { truth, mustReport, bytes } = capture;
    for (const size of [bytes.length, 1, 7, 100]) {
      const decoded = decode(bytes, isStream(capture), size);
      expect(decoded.code).toBe(expectedCode(mustReport));
      expect(decoded.outcome === 'ok').toBe(mustReport === 'ok');
      if (mustReport !== 'ok') expect(decoded.message).toMatch(/\w/);
      expect(decoded.usage).toBeUndefined();
      expect(decoded.finishReason).toBeUndefined();
      if (!isStream(capture) || truth.content_events === undefined) continue;
      expect(decoded.contentEvents).toBe(truth.content_events);
      expect(decoded.arrivalsUnit).toBe('events');
      const arrived = decoded.arrivals.filter((_, i) => i % 2 === 1).reduce((sum, count) => sum + count, 0);
      expect(arrived).toBe(truth.content_events);
      const source = truth.content_events === 0 && truth.events !== 0 ? 'unavailable' : 'event-count';
      expect(decoded.outputTokensSource).toBe(source);
    }
  });

  it('reads the error at its place: the tokens before it are kept', () => {
    const failed = generations.find(({ name }) => name.endsWith('/generate_stream_fail_mid')) as Capture;
    const decoded = decode(failed.bytes, true, 50);
    expect(decoded).toMatchObject({
      code: 'STREAM_ERROR_EVENT',
      message: 'engine failed at token 3',
      contentEvents: 3,
    });
    expect(decoded.firstTokenAtMs).toBeGreaterThan(0);
  });

  it('no prefix of a stream is a success', () => {
    for (const capture of generations.filter(isStream)) {
      const whole = decode(capture.bytes, true, capture.bytes.length);
      for (let length = 1; length < capture.bytes.length; length += 1) {
        const decoded = decode(capture.bytes.subarray(0, length), true, length);
        expect(decoded.outcome, `${capture.name} cut at ${length}`).not.toBe('ok');
        if (whole.outcome === 'ok' && decoded.contentEvents > 0) expect(decoded.code).toBe('STREAM_TRUNCATED');
      }
    }
  });

  it('mutated answers never crash, and the count of events never exceeds what is there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...generations),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 90 }),
        (capture, changes, size) => {
          const bytes = capture.bytes.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const decoded = decode(bytes, isStream(capture), size);
          expect(decoded.outcome === 'ok').toBe(decoded.code === undefined);
          if (capture.mustReport === 'ok' && decoded.outcome === 'ok')
            expect(decoded.contentEvents).toBeLessThanOrEqual(capture.truth.events ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(captures.length === 0)('what a captured Triton says of itself', () => {
  const captureOf = (name: string): Capture => captures.find((capture) => capture.name.endsWith(`/${name}`)) as Capture;

  const fetchCaptured: FetchText = async ({ path, method }) => {
    const capture =
      captures.find(({ request }) => request.path === path && request.method === method && path !== '/metrics') ??
      captureOf('not_found');
    return readCaptured(capture);
  };

  it('capabilities', async () => {
    const found = await createBackend(optionsOf(true)).capabilities(fetchCaptured);
    expect(found).toMatchObject({
      serverName: 'triton',
      serverVersion: '2.51.0',
      models: ['tokdec', 'tokstream'],
      reportsUsageInStreams: false,
      acceptsTokenIdPrompts: false,
      hasTokenizer: false,
      hasMetrics: undefined,
    });
    expect(found.unknownBecause).toMatchObject({ hasMetrics: expect.stringContaining('8002') });
  });

  it('counters', () => {
    const { body } = readCaptured(captureOf('metrics_start'));
    expect(toTritonCounters(parseMetrics(body), 'tokstream')).toEqual({
      requests: 0,
      promptTokens: undefined,
      generatedTokens: undefined,
      cachedPromptTokens: undefined,
    });
    expect(toTritonCounters(parseMetrics(body), 'absent')).toBeUndefined();
  });
});

if (captures.length === 0) it.skip('captured answers of Triton: shared/data/engines is absent', () => undefined);
it.skip('gRPC captures of Triton (grpc_*): the adapter speaks HTTP', () => undefined);
