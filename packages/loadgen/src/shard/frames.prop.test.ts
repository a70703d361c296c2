import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader, HEARTBEAT, LONGEST_MESSAGE_BYTES, toFrame } from './frames.ts';

const readAll = (reader: FrameReader, chunks: readonly Buffer[]): object[] =>
  chunks.flatMap((chunk) => [...reader.read(chunk)]);

/** The same bytes in pieces of any length. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('frames', () => {
  test('any messages, with heartbeats between them, cut anywhere, come out as they went in', () => {
    const message = fc.record({
      type: fc.string(),
      text: fc.string({ unit: 'grapheme' }),
      numbers: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
    });
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (messages, sizes) => {
        const sent = messages.map((each) => JSON.parse(JSON.stringify(each)) as object);
        const bytes = Buffer.concat(messages.flatMap((each) => [toFrame(each), HEARTBEAT]));
        expect(readAll(new FrameReader(LONGEST_MESSAGE_BYTES), cut(bytes, sizes))).toEqual(sent);
      }),
    );
  });

  test('doubles keep every bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const [read] = readAll(new FrameReader(1000), [toFrame({ type: 'x', value })]) as { value: number }[];
        expect(read?.value).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('a length above the limit is refused before its bytes come; one at the limit is not', () => {
    const frame = toFrame({ type: 'x', text: 'y'.repeat(100) });
    const length = frame.length - 4;
    expect(readAll(new FrameReader(length), [frame])).toHaveLength(1);
    const tooLong = {
      code: 'LINK_BROKEN',
      message: `a message of ${length} bytes is longer than the ${length - 1} that are allowed`,
    };
    expect(() => readAll(new FrameReader(length - 1), [frame.subarray(0, 4)])).toThrow(
      expect.objectContaining(tooLong),
    );
  });

  test.each([
    ['no JSON', '{"type":'],
    ['no message', '[1]'],
    ['no object', '"hello"'],
    ['null', 'null'],
  ])('%s is refused', (_, json) => {
    const frame = Buffer.alloc(4 + json.length);
    frame.writeUInt32BE(json.length);
    frame.write(json, 4);
    expect(() => readAll(new FrameReader(100), [frame])).toThrow(expect.objectContaining({ code: 'LINK_BROKEN' }));
  });
});
