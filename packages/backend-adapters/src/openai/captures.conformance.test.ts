import type { Backend, DecodedResponse } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { createHttpResponseReader } from '@assay/wire';
import { describe, expect, it } from 'vitest';
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
    backend: 'openai',
    api: 'chat',
    model: 'tiny',
    isStreaming,
    ignoreEos: false,
    includeUsage: true,
    basePath: '',
    headers: {},
    verifyStream,
  });
  backends.set(key, backend);
  return backend;
}

function decode(capture: Capture, size: number, verifyStream: boolean): DecodedResponse {
  const isStreaming = (capture.request.body as { stream?: boolean } | null)?.stream === true;
  const decoder = backendOf(isStreaming, verifyStream).createDecoder();
  let isComplete = false;
  let atMs = 0;
  const reader = createHttpResponseReader({
    onHead: (status: number, headers: ReadonlyMap<string, string>) => decoder.onHeaders(status, headers, atMs),
    onBody: (bytes: Uint8Array, start: number, end: number) => decoder.onBody(bytes, start, end, atMs),
    onComplete: () => {
      isComplete = true;
    },
    onError: () => undefined,
  });
  reader.reset('POST');
  for (let at = 0; at < capture.bytes.length; at += size) {
    atMs += 1;
    // A copy at a moving offset, as in a shared read buffer: views kept for too long would be seen to change.
    const piece = capture.bytes.slice(at, at + size);
    const buffer = new Uint8Array(piece.length + 7);
    buffer.set(piece, 3);
    reader.push(buffer, 3, 3 + piece.length);
    buffer.fill(0x21);
  }
  reader.finish();
  return decoder.finish(isComplete ? { kind: 'complete' } : { kind: 'cut', code: 'STREAM_TRUNCATED', message: 'cut' });
}

function expectedCode(mustReport: string): string | undefined {
  if (mustReport === 'ok') return undefined;
  if (mustReport.startsWith('http_')) return `HTTP_${mustReport.slice(5)}`;
  const codes: Record<string, string> = { error_event: 'STREAM_ERROR_EVENT', error_body_200: 'ERROR_BODY' };
  return codes[mustReport] ?? 'STREAM_TRUNCATED';
}

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
