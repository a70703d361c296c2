import type { Backend, DecodedResponse } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode, isStreamed } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createBackend } from '../create-backend.ts';

const captures = loadCaptures().filter(
  ({ request, mustReport }) =>
    mustReport !== null && request.method === 'POST' && /\/v1\/(chat\/)?completions$/.test(request.path),
);

/** One backend reads all captures, so that what it learnt from one engine stands when the next one answers. */
const backends = new Map<string, Backend>();

function backendOf(isStreaming: boolean, verifyStream: boolean): Backend {
  const key = `${isStreaming} ${verifyStream}`;
  const known = backends.get(key);
  if (known !== undefined) return known;
  const backend = createBackend({
    ...PLAIN_OPTIONS,
    model: 'tiny',
    isStreaming,
    verifyStream,
  });
  backends.set(key, backend);
  return backend;
}

const decode = (capture: Capture, size: number, verifyStream: boolean): DecodedResponse =>
  decodeBytes(capture.bytes, backendOf(isStreamed(capture), verifyStream).createDecoder(), size);

describe.skipIf(captures.length === 0)('captured answers of real servers (shared data)', () => {
  it.each(captures.map((capture) => [capture.name, capture] as const))(
    '%s says what its index says',
    (_name, capture) => {
      const { truth, mustReport } = capture;
      const reasons = truth.finish_reasons && Object.values(truth.finish_reasons).filter(Boolean);
      for (const size of [capture.bytes.length, 1, 7, 100]) {
        const decoded = decode(capture, size, size === 7);
        expect(decoded.code).toBe(expectedCode(mustReport));
        expect(decoded.outcome === 'ok').toBe(mustReport === 'ok');
        if (truth.content_events !== undefined) expect(decoded.contentEvents).toBe(truth.content_events);
        const usage = truth.usage as { completion_tokens?: number; prompt_tokens?: number } | null | undefined;
        if (usage?.completion_tokens !== undefined) {
          // The index holds the last usage of a stream; llama.cpp and TGI send one per prompt, to be added.
          const parts = truth['usage_position'] === 'finish event' ? (reasons ?? []).length || 1 : 1;
          expect(decoded.outputTokens).toBe(usage.completion_tokens * parts);
          expect(decoded.usage?.promptTokens).toBe((usage.prompt_tokens ?? 0) * parts);
        } else if (mustReport === 'ok') expect(decoded.outputTokensSource).not.toBe('usage');
        if (decoded.arrivalsUnit === 'tokens' && decoded.contentEvents > 0) {
          const counts = decoded.arrivals.filter((_, index) => index % 2 === 1);
          const told = counts.reduce((sum, count) => sum + count, 0);
          // Tokens of which no content came, such as the end token, are in no arrival.
          expect(told).toBeLessThanOrEqual(decoded.outputTokens ?? 0);
          expect(told).toBeGreaterThanOrEqual(decoded.contentEvents);
        }
        if (reasons !== undefined && mustReport === 'ok') expect(decoded.finishReason ?? '').toBe(reasons.join(','));
      }
    },
  );
});

if (captures.length === 0) it.skip('captured answers of real servers: shared/data/engines is absent', () => undefined);
