import { loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { createHttpResponseReader, createSseScanner, parseMetrics } from './index.ts';

const captures = loadCaptures();

describe.skipIf(captures.length === 0)('every captured answer of a real server (shared data)', () => {
  it.each(captures.map((capture) => [capture.name, capture] as const))('%s', (_name, { bytes, truth, request }) => {
    for (const size of [bytes.length, 1, 13]) {
      let events = 0;
      let comments = 0;
      let status = 0;
      let isComplete = false;
      let error: string | undefined;
      const body: number[] = [];
      const scanner = createSseScanner({ onEvent: () => (events += 1), onComment: () => (comments += 1) });
      const reader = createHttpResponseReader({
        onHead: (code) => {
          status = code;
        },
        onBody: (data, start, end) => {
          scanner.push(data, start, end);
          for (const byte of data.subarray(start, end)) body.push(byte);
        },
        onComplete: () => {
          isComplete = true;
        },
        onError: (code) => {
          error = code;
        },
      });
      reader.reset(request.method);
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes, at, Math.min(bytes.length, at + size));
      reader.finish();
      if (truth.end?.startsWith('complete'))
        expect({ isComplete, error }).toEqual({ isComplete: true, error: undefined });
      if (bytes.length > 0) expect(status).toBe(truth.status);
      if (truth.events !== undefined) expect(events).toBe(truth.events);
      if (truth['comments'] !== undefined) expect(comments).toBe(truth['comments']);
      if (request.path === '/metrics' && status === 200 && size === bytes.length) {
        const families = parseMetrics(new TextDecoder().decode(new Uint8Array(body)));
        expect(families.length > 0).toBe(body.length > 0);
      }
    }
  });
});

if (captures.length === 0) it.skip('captured answers of real servers: shared/data/engines is absent', () => undefined);
