import type { DecodedResponse } from '@assay/loadgen';
import { loadCaptures } from '@assay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, isStreamed } from '../../test/decode-bytes.ts';
import { mutate, mutation } from '../../test/mutate-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createOpenAiBackend } from './openai-backend.ts';

const captures = loadCaptures().filter(({ request }) => request.path === '/v1/responses');
const latin1 = new TextDecoder('latin1');

const decode = (bytes: Uint8Array, isStreaming: boolean, size: number): DecodedResponse =>
  decodeBytes(
    bytes,
    createOpenAiBackend({
      ...PLAIN_OPTIONS,
      api: 'responses',
      model: 'tiny',
      isStreaming,
    }).createDecoder(),
    size,
  );

describe.skipIf(captures.length === 0)('captured answers of /v1/responses (shared data)', () => {
  it.each(captures.map((capture) => [capture.name, capture] as const))(
    '%s says what its index says',
    (_name, capture) => {
      const { truth } = capture;
      const usage = truth.usage as { output_tokens: number; input_tokens: number };
      for (const size of [capture.bytes.length, 1, 7, 100]) {
        const decoded = decode(capture.bytes, isStreamed(capture), size);
        expect(decoded).toMatchObject({
          outcome: 'ok',
          outputTokens: usage.output_tokens,
          outputTokensSource: 'usage',
          finishReason: 'completed',
        });
        expect(decoded.usage?.promptTokens).toBe(usage.input_tokens);
        if (truth['timings'] === true) {
          expect(decoded.tokenCounts).toEqual([
            { source: 'usage', tokens: usage.output_tokens },
            { source: 'server-timings', tokens: usage.output_tokens },
          ]);
          expect(decoded.serverTimes?.decodeMs).toBeGreaterThan(0);
        }
        if (!isStreamed(capture)) continue;
        expect(decoded.contentEvents).toBe(truth.content_events);
        expect(decoded.firstTokenAtMs).toBeLessThanOrEqual(decoded.firstAnswerTokenAtMs ?? Number.NaN);
        if (Number(truth['reasoning_events']) > 0 && size === 100)
          expect(decoded.firstTokenAtMs).toBeLessThan(decoded.firstAnswerTokenAtMs ?? 0);
      }
    },
  );

  it('never counts a mutated stream as success when its last event is gone', () => {
    const streams = captures.filter(isStreamed);
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        (capture, mutations, size) => {
          const bytes = mutations.reduce(mutate, capture.bytes);
          const decoded = decode(bytes, true, size);
          const hasEnd = /response\.(completed|incomplete)/.test(latin1.decode(bytes));
          if (!hasEnd) expect(decoded.outcome).not.toBe('ok');
          if (decoded.outcome === 'ok') expect(decoded.code).toBeUndefined();
          else expect(decoded.code).toBeDefined();
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([0.2, 0.5, 0.9])('a stream cut at %d of its length is truncated', (share) => {
    for (const capture of captures.filter(isStreamed)) {
      const cut = capture.bytes.slice(0, Math.floor(capture.bytes.length * share));
      expect(decode(cut, true, 64).code).toBe('STREAM_TRUNCATED');
    }
  });
});

if (captures.length === 0) it.skip('captured answers of /v1/responses: shared/data/engines is absent', () => undefined);
