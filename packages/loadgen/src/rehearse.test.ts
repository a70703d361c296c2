import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { expect, it } from 'vitest';
import type { Backend, BodyEnd, DecodedResponse, ResponseDecoder } from './backend/backend.ts';
import { rehearseLoad } from './rehearse.ts';

/** A protocol of one byte: `!` is a good answer. */
class OneByteDecoder implements ResponseDecoder {
  isTerminated = false;
  lastProgressAtMs: number | undefined;
  hasFirstToken = false;
  headers = 0;
  onHeaders(): void {
    this.headers += 1;
  }
  onBody(bytes: Uint8Array, _start: number, end: number, atMs: number): void {
    this.hasFirstToken = true;
    this.lastProgressAtMs = atMs;
    this.isTerminated = bytes[end - 1] === 0x21;
  }
  finish(_end: BodyEnd): DecodedResponse {
    return {
      outcome: this.isTerminated && this.headers === 1 ? 'ok' : 'protocol',
      code: this.isTerminated ? undefined : 'STREAM_TRUNCATED',
      message: undefined,
      firstTokenAtMs: this.lastProgressAtMs,
      firstAnswerTokenAtMs: this.lastProgressAtMs,
      lastTokenAtMs: this.lastProgressAtMs,
      arrivals: [0, 1],
      arrivalsUnit: 'events',
      contentEvents: 1,
      outputTokens: undefined,
      outputTokensSource: 'unavailable',
      usage: undefined,
      finishReason: undefined,
    };
  }
}

const backend = (exampleAnswer: (() => Uint8Array) | undefined): Backend => ({
  name: 'one-byte',
  api: 'native',
  encode: ({ index }) => ({ method: 'POST', path: '/', headers: {}, body: new TextEncoder().encode(String(index)) }),
  createDecoder: () => new OneByteDecoder(),
  capabilities: () => Promise.reject(new Error('a rehearsal asks nobody')),
  ...(exampleAnswer === undefined ? {} : { exampleAnswer }),
});
const ports = {
  stream: true,
  clock: createSystemClock(performance),
  timer: createSystemTimer({ setTimeout, clearTimeout }),
};

it('sends requests through the code of a run and gets them answered', async () => {
  const answer = new TextEncoder().encode(`HTTP/1.1 200 OK\r\ncontent-length: 1501\r\n\r\n${'.'.repeat(1500)}!`);
  expect(await rehearseLoad({ ...ports, backend: backend(() => answer), atMostMs: 5_000 })).toBe(2_000);
});

it('does nothing without an example, and never rejects', async () => {
  expect(await rehearseLoad({ ...ports, backend: backend(undefined) })).toBe(0);
  const broken = new TextEncoder().encode('no HTTP at all');
  expect(await rehearseLoad({ ...ports, backend: backend(() => broken) })).toBe(0);
});
