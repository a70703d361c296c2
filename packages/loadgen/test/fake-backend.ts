import type { Backend, BodyEnd, DecodedResponse, RequestSample, ResponseDecoder } from '../src/backend/backend.ts';

const decoder = new TextDecoder();

/** Minimal backend: lines `data: x` are tokens, `data: [DONE]` ends. */
export function createFakeBackend(): Backend {
  return {
    name: 'fake',
    api: 'chat',
    encode: (sample: RequestSample) => ({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify({ i: sample.index, n: sample.maxOutputTokens })),
    }),
    createDecoder: () => new FakeDecoder(),
    capabilities: () => Promise.reject(new Error('not used')),
  };
}

class FakeDecoder implements ResponseDecoder {
  isTerminated = false;
  lastProgressAtMs: number | undefined;
  hasFirstToken = false;
  #status = 0;
  #rest = '';
  #tokens = 0;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;

  onHeaders(status: number): void {
    this.#status = status;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    const lines = (this.#rest + decoder.decode(bytes.subarray(start, end))).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      this.lastProgressAtMs = atMs;
      if (line === 'data: [DONE]') {
        this.isTerminated = true;
        continue;
      }
      this.#tokens++;
      this.hasFirstToken = true;
      this.#firstAtMs ??= atMs;
      this.#lastAtMs = atMs;
    }
  }

  finish(end: BodyEnd): DecodedResponse {
    const isOk = this.isTerminated && this.#status === 200;
    const code = this.#status === 200 ? (end.kind === 'cut' ? end.code : 'STREAM_EMPTY') : `HTTP_${this.#status}`;
    return {
      outcome: isOk ? 'ok' : this.#status === 200 ? 'protocol' : 'http',
      code: isOk ? undefined : code,
      message: isOk ? undefined : 'not finished',
      firstTokenAtMs: this.#firstAtMs,
      firstAnswerTokenAtMs: this.#firstAtMs,
      lastTokenAtMs: this.#lastAtMs,
      arrivals: this.#tokens > 0 ? [0, this.#tokens] : [],
      arrivalsUnit: 'events',
      contentEvents: this.#tokens,
      outputTokens: this.#tokens,
      outputTokensSource: 'event-count',
      usage: undefined,
      finishReason: isOk ? 'stop' : undefined,
    };
  }
}
