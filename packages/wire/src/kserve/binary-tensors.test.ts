import { describe, expect, it } from 'vitest';
import { readBinaryTensors } from './binary-tensors.ts';
import type { InferTensor } from './infer-response.ts';

const tensor = (datatype: string, binaryBytes: number | undefined, data?: readonly unknown[]): InferTensor => ({
  name: 'out',
  datatype,
  shape: [1],
  data,
  binaryBytes,
});

/** As `InferResult` of tritonclient writes the text "hello": its length, little-endian, then its bytes. */
const HELLO = [5, 0, 0, 0, 0x68, 0x65, 0x6c, 0x6c, 0x6f];

const dataOf = (outputs: readonly InferTensor[], bytes: readonly number[]): unknown =>
  readBinaryTensors(outputs, new Uint8Array(bytes)).outputs?.map(({ data }) => data);

describe('the binary part of an answer', () => {
  it('texts and numbers in the order of the outputs, beside data in JSON', () => {
    const outputs = [tensor('BYTES', 9), tensor('INT32', undefined, [7]), tensor('INT32', 4), tensor('UINT64', 8)];
    const bytes = [...HELLO, 0xff, 0xff, 0xff, 0xff, 2, 1, 0, 0, 0, 0, 0, 0];
    expect(dataOf(outputs, bytes)).toEqual([['hello'], [7], [-1], [258]]);
  });

  it('several texts, an empty one among them', () => {
    expect(dataOf([tensor('BYTES', 13)], [0, 0, 0, 0, ...HELLO])).toEqual([['', 'hello']]);
  });

  it('numbers of every kind', () => {
    expect(dataOf([tensor('BOOL', 2), tensor('INT16', 2)], [1, 0, 0xfe, 0xff])).toEqual([[1, 0], [-2]]);
    expect(dataOf([tensor('FP32', 4)], [0, 0, 0xc0, 0x3f])).toEqual([[1.5]]);
    expect(dataOf([tensor('FP16', 4)], [0, 0, 0, 0])).toEqual([[undefined, undefined]]);
  });

  it.each([
    ['fewer bytes than announced', [tensor('BYTES', 9)], HELLO.slice(0, 7), 'announce 9 bytes, 7 came'],
    ['more bytes than announced', [tensor('BYTES', undefined, ['a'])], [1], 'announce 0 bytes, 1 came'],
    ['a text longer than its tensor', [tensor('BYTES', 9)], [0x15, ...HELLO.slice(1)], 'no BYTES'],
    ['a length that is cut', [tensor('BYTES', 2)], [5, 0], 'no BYTES'],
    ['half a number', [tensor('INT32', 3)], [1, 2, 3], 'no INT32'],
    ['a datatype that does not exist', [tensor('INT31', 4)], [1, 2, 3, 4], 'no INT31'],
  ])('%s', (_name, outputs, bytes, message) => {
    expect(readBinaryTensors(outputs, new Uint8Array(bytes)).message).toContain(message);
  });

  it('reads its own part of a larger buffer', () => {
    const buffer = new Uint8Array([9, 9, 9, ...HELLO]);
    expect(readBinaryTensors([tensor('BYTES', 9)], buffer.subarray(3)).outputs?.[0]?.data).toEqual(['hello']);
  });
});
