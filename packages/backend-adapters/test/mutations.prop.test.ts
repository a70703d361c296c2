import type { DecodedResponse } from '@assay/loadgen';
import { loadCaptures } from '@assay/testkit';
import { createHttpResponseReader } from '@assay/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackendOptions } from '../src/backend-options.ts';
import { createBackend } from '../src/create-backend.ts';
import { PLAIN_OPTIONS } from './plain-request.ts';
import { CUMULATIVE, INCREMENTAL, sglangStream } from './sglang-vector.ts';

/** A body that is a success, and what ends it. */
interface Stream {
  readonly name: string;
  readonly backend: BackendOptions['backend'];
  readonly api: BackendOptions['api'];
  readonly body: Uint8Array;
  /** Data of the event that ends the stream begins here. */
  readonly terminatorAt: number;
}

const TEXT = new TextDecoder('latin1');
const encoder = new TextEncoder();

function bodyOf(bytes: Uint8Array): Uint8Array {
  const parts: number[] = [];
  const reader = createHttpResponseReader({
    onHead: () => undefined,
    onBody: (piece: Uint8Array, start: number, end: number) => parts.push(...piece.subarray(start, end)),
    onComplete: () => undefined,
    onError: () => undefined,
  });
  reader.reset('POST');
  reader.push(bytes, 0, bytes.length);
  reader.finish();
  return Uint8Array.from(parts);
}

const toStream = (name: string, backend: Stream['backend'], api: Stream['api'], body: Uint8Array): Stream => {
  const text = TEXT.decode(body);
  const lastData = text.lastIndexOf('data:');
  return { name, backend, api, body, terminatorAt: lastData };
};

const APIS: Readonly<Record<string, Stream['api']>> = {
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completions',
  '/completion': 'native',
};
const MAX_BODY_BYTES = 40_000;
const captured = loadCaptures()
  .filter(({ engine, request, mustReport, truth }) => {
    return engine === 'llama.cpp' && request.path in APIS && mustReport === 'ok' && truth['sse'] === true;
  })
  .map(({ name, request, bytes }) => toStream(name, 'llama-cpp', APIS[request.path] ?? 'chat', bodyOf(bytes)))
  .filter(({ body }) => body.length < MAX_BODY_BYTES);
const written = [CUMULATIVE, INCREMENTAL].map((outputs, index) =>
  toStream(`sglang ${index}`, 'sglang', 'native', encoder.encode(sglangStream(outputs))),
);

function decode({ backend, api }: Stream, body: Uint8Array, cuts: readonly number[]): DecodedResponse {
  const decoder = createBackend({
    ...PLAIN_OPTIONS,
    backend,
    api,
  }).createDecoder();
  decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]), 0);
  const ends = [...cuts.map((cut) => cut % (body.length + 1)), body.length].sort((a, b) => a - b);
  let start = 0;
  for (const [index, end] of ends.entries()) {
    decoder.onBody(body, start, end, index + 1);
    start = end;
  }
  return decoder.finish({ kind: 'complete' });
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });

describe.each([...written, ...captured].map((stream) => [stream.name, stream] as const))('%s', (_name, stream) => {
  it('without its terminator is no success, wherever it is cut', () => {
    expect(decode(stream, stream.body, []).outcome).toBe('ok');
    fc.assert(
      fc.property(fc.nat(stream.terminatorAt), cuts, (length, places) => {
        expect(decode(stream, stream.body.slice(0, length), places).outcome).not.toBe('ok');
      }),
      { numRuns: 25 },
    );
    expect(decode(stream, stream.body.slice(0, stream.terminatorAt), []).outcome).not.toBe('ok');
  });

  it('says the same for every cut of its bytes', () => {
    const { arrivals, ...whole } = decode(stream, stream.body, []);
    fc.assert(
      fc.property(cuts, (places) => {
        const { arrivals: pairs, ...parts } = decode(stream, stream.body, places);
        const units = (list: readonly number[]): number =>
          list.reduce((sum, value, index) => sum + (index % 2 === 1 ? value : 0), 0);
        expect(units(pairs)).toBe(units(arrivals));
        const times = { firstTokenAtMs: 1, firstAnswerTokenAtMs: 1, lastTokenAtMs: 1 };
        expect({ ...parts, ...times }).toEqual({ ...whole, ...times });
      }),
      { numRuns: 15 },
    );
  });

  it('changed anywhere is read to its end, and counts as success only with its terminator', () => {
    const change = fc.oneof(
      fc.record({ at: fc.nat(), kind: fc.constant('byte' as const), byte: fc.nat(255) }),
      fc.record({ at: fc.nat(), kind: fc.constant('drop' as const), byte: fc.nat(400) }),
      fc.record({ at: fc.nat(), kind: fc.constant('twice' as const), byte: fc.nat(400) }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), cuts, (changes, places) => {
        const body = changes.reduce<Uint8Array>(applyChange, stream.body);
        const { outcome, arrivals } = decode(stream, body, places);
        expect(arrivals.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        if (outcome === 'ok') expect(TEXT.decode(body)).toMatch(/\[DONE\]|"stop": ?true/);
      }),
      { numRuns: 40 },
    );
  });
});

function applyChange(
  body: Uint8Array,
  { at, kind, byte }: { readonly at: number; readonly kind: 'byte' | 'drop' | 'twice'; readonly byte: number },
): Uint8Array {
  const place = body.length === 0 ? 0 : at % body.length;
  const piece = body.subarray(place, place + byte);
  if (kind === 'byte') return Uint8Array.from([...body.subarray(0, place), byte, ...body.subarray(place + 1)]);
  const rest = kind === 'drop' ? body.subarray(place + byte) : body.subarray(place);
  const middle = kind === 'drop' ? new Uint8Array(0) : piece;
  return Uint8Array.from([...body.subarray(0, place), ...middle, ...rest]);
}

if (captured.length === 0) it.skip('mutated captures of llama.cpp: shared/data/engines is absent', () => undefined);
