import type { RequestSample } from '@assay/loadgen';
import { loadCaptures } from '@assay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, isStreamed } from '../../test/decode-bytes.ts';
import { mutate, mutation } from '../../test/mutate-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createVllmBackend } from './vllm-backend.ts';

const MAX_BYTES = 60_000;
const streams = loadCaptures().filter(
  (capture) =>
    capture.engine === 'vllm' &&
    capture.mustReport === 'ok' &&
    isStreamed(capture) &&
    /completions$/.test(capture.request.path) &&
    capture.bytes.length < MAX_BYTES,
);
const latin1 = new TextDecoder('latin1');

const backend = (verifyStream: boolean): ReturnType<typeof createVllmBackend> =>
  createVllmBackend({
    ...PLAIN_OPTIONS,
    backend: 'vllm',
    model: 'tiny',
    verifyStream,
  });

describe.skipIf(streams.length === 0)('mutated streams of vLLM (shared data)', () => {
  it('are read to their end, and are no success without their terminator', () => {
    // One backend for all: what it learns of one stream's events must not help another one pass.
    const shared = backend(false);
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        (capture, mutations, size) => {
          const bytes = mutations.reduce(mutate, capture.bytes);
          const { outcome, code, arrivals } = decodeBytes(bytes, shared.createDecoder(), size);
          expect(outcome === 'ok').toBe(code === undefined);
          expect(arrivals.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          if (!latin1.decode(bytes).includes('[DONE]')) expect(outcome).not.toBe('ok');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are judged by their content without a throw, whatever came', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const sample: RequestSample = {
      index: 0,
      prompt: { kind: 'text', text: 'x' },
      inputTokens: undefined,
      inputTokensSource: 'approximate',
      maxOutputTokens: undefined,
      tools: [{ name: 'get_weather', description: undefined, parameters }],
      responseFormat: { kind: 'json-object' },
    };
    const judging = backend(false);
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(mutation, { maxLength: 3 }), (capture, mutations) => {
        const bytes = mutations.reduce(mutate, capture.bytes);
        const { outcome, answer } = decodeBytes(bytes, judging.createDecoder(sample), 777);
        expect(answer !== undefined).toBe(outcome === 'ok');
      }),
      { numRuns: 100 },
    );
  });

  it('say the same by the fast path and by a full parse', () => {
    const fast = backend(false);
    const full = backend(true);
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(mutation, { maxLength: 2 }), (capture, mutations) => {
        const bytes = mutations.reduce(mutate, capture.bytes);
        const quick = decodeBytes(bytes, fast.createDecoder(), 1000);
        expect(quick).toEqual(decodeBytes(bytes, full.createDecoder(), 1000));
      }),
      { numRuns: 150 },
    );
  });
});

if (streams.length === 0) it.skip('mutated streams of vLLM: shared/data/engines is absent', () => undefined);
