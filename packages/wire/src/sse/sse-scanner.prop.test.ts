import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseScanner } from './sse-scanner.ts';

const encoder = new TextEncoder();

function scan(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const seen: string[] = [];
  const scanner = createSseScanner({
    onEvent: (data, start, end, type) => seen.push(`event ${type}|${new TextDecoder().decode(data.slice(start, end))}`),
    onComment: () => seen.push('comment'),
  });
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    // Each piece lies in a buffer of its own that is overwritten afterwards, as a shared read buffer is.
    const buffer = new Uint8Array(cut - at + 5).fill(0x0a);
    buffer.set(bytes.subarray(at, cut), 2);
    scanner.push(buffer, 2, 2 + cut - at);
    buffer.fill(0x58);
    at = cut;
  }
  return seen;
}

/** The rules of the specification, written for clarity on the whole text. */
function reference(text: string): string[] {
  const seen: string[] = [];
  let data: string[] = [];
  let type = '';
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  lines.pop();
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) seen.push(`event ${type}|${data.join('\n')}`);
      data = [];
      type = '';
    } else if (line.startsWith(':')) seen.push('comment');
    else {
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(value);
      else if (field === 'event') type = value;
    }
  }
  return seen;
}

const piece = fc.constantFrom(
  'data: {"a":"é🙂"}',
  'data:x',
  'data',
  'data:',
  'data:  two',
  'dat',
  'database: no',
  ': ping',
  ':',
  'event: error',
  'event',
  'id: 1',
  'retry: 5',
  '漢字',
  '',
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n');
const stream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(piece, lineEnd), { maxLength: 20 }), fc.constantFrom('', 'data: unfinished'))
  .map(([hasBom, lines, tail]) => `${hasBom ? '\uFEFF' : ''}${lines.map(([line, end]) => line + end).join('')}${tail}`);

describe('SSE scanner', () => {
  it('follows the specification, whatever the cuts', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400), { maxLength: 12 }), (text, offsets) => {
        const bytes = encoder.encode(text);
        // A CR at the very end may be half of a CRLF, so the reference sees an ended line there as the scanner does.
        const cuts = offsets.map((offset) => offset % (bytes.length + 1)).sort((a, b) => a - b);
        expect(scan(bytes, cuts)).toEqual(reference(text));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same events for a cut at every offset', () => {
    const text = '\uFEFF: hi\r\ndata: {"content":"é🙂"}\r\n\r\nevent: error\rdata: a\rdata: b\r\rdata: [DONE]\n\n';
    const bytes = encoder.encode(text);
    const expected = reference(text);
    expect(expected).toHaveLength(4);
    for (let cut = 0; cut <= bytes.length; cut++) expect(scan(bytes, [cut])).toEqual(expected);
    expect(
      scan(
        bytes,
        Array.from({ length: bytes.length }, (_, i) => i),
      ),
    ).toEqual(expected);
  });

  it('stops at an event over the limit and says so', () => {
    let isTooLarge = false;
    const scanner = createSseScanner(
      { onEvent: () => undefined, onTooLarge: () => (isTooLarge = true) },
      { maxEventBytes: 64 },
    );
    const bytes = encoder.encode(`data: ${'x'.repeat(100)}`);
    scanner.push(bytes, 0, bytes.length);
    expect(isTooLarge).toBe(true);
  });
});
