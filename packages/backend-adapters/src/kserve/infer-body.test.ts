import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyText } from '../decoding/body-text.ts';
import { type KserveProtocol, readInference } from './infer-body.ts';

function read(value: unknown, protocol: KserveProtocol): ReturnType<typeof readInference> {
  const body = new BodyText();
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  body.append(bytes, 0, bytes.length);
  return readInference({ status: 200, headers: new Map(), body, end: { kind: 'complete' } }, protocol);
}

const output = { name: 'out', shape: [1], datatype: 'BYTES', data: ['a'] };

describe('an answer that is whole', () => {
  it.each([
    ['v2', { outputs: [output] }],
    ['v2', { outputs: [{ ...output, shape: [1, 2], data: [['a', 'b']] }] }],
    ['v2', { outputs: [{ ...output, shape: [2, 1], data: ['a', 'b'] }] }],
    ['v1', { predictions: ['a'] }],
    ['v1', { predictions: [{ generated_text: 'a' }] }],
    ['v1', { predictions: { text: 'a' } }],
    ['v1', { predictions: [0, false] }],
    ['v2', { outputs: [{ name: 'out', shape: [1], datatype: 'FP32', data: [null] }] }],
    ['v2', { outputs: [output, { ...output, name: 'finish_reason', data: ['stop'] }] }],
  ] as const)('%s: %j is good', (protocol, value) => {
    expect(read(value, protocol)).toMatchObject({ outcome: 'ok', code: undefined });
  });

  it.each([
    ['v2', { predictions: ['a'] }, 'V1'],
    ['v1', { outputs: [output] }, 'V2'],
    ['v1', { predictions: [] }, 'no predictions'],
    ['v1', { predictions: null }, 'no predictions'],
    ['v1', { predictions: {} }, 'no predictions'],
    ['v1', { predictions: '' }, 'no predictions'],
    ['v1', { predictions: false }, 'no predictions'],
    ['v1', { predictions: ['a', null] }, 'a prediction is null'],
    ['v1', { predictions: [{}] }, 'a prediction is {}'],
    ['v2', { outputs: [{ ...output, data: [null] }] }, 'null in the place of a text'],
    ['v2', { outputs: [{ name: 'out', shape: [1], datatype: 'BYTES' }] }, 'has no data'],
    ['v2', { outputs: [] }, 'no outputs'],
    ['v2', { outputs: [{ ...output, shape: [2] }] }, 'the shape [2] and 1 values'],
    ['v2', { outputs: [output, { ...output, name: 'more', data: [] }] }, 'more has the shape [1] and 0 values'],
  ] as const)('%s: %j is not what was asked for', (protocol, value, message) => {
    const answer = read(value, protocol);
    expect(answer).toMatchObject({ outcome: 'protocol', code: 'STREAM_MALFORMED' });
    expect(answer.message).toContain(message);
  });
});

describe('an answer that says itself that it is none', () => {
  it.each(['abort', 'error', 'cancelled', 'timeout'])('finish reason %s', (reason) => {
    const outputs = [output, { ...output, name: 'finish_reason', shape: [2], data: ['stop', reason] }];
    expect(read({ outputs }, 'v2')).toMatchObject({ code: 'SERVER_ABORTED', finishReason: `stop,${reason}` });
  });

  it.each([
    [{ error: 'boom' }, 'boom'],
    [{ error: { message: 'boom', code: 500 } }, 'boom'],
  ])('%j in the place of a prediction', (prediction, message) => {
    expect(read({ predictions: ['a', prediction] }, 'v1')).toMatchObject({ code: 'ERROR_BODY', message });
  });

  it('a body that is encoded', () => {
    const body = new BodyText();
    const bytes = gzipSync(JSON.stringify({ outputs: [output] }));
    body.append(bytes, 0, bytes.length);
    const headers = new Map([['content-encoding', 'gzip']]);
    const decoded = readInference({ status: 200, headers, body, end: { kind: 'complete' } }, 'v2');
    expect(decoded).toMatchObject({ code: 'STREAM_MALFORMED' });
    expect(decoded.message).toContain('encoded (gzip)');
  });
});

describe('counts in tensors', () => {
  const counts = (name: string, shape: readonly number[], data: readonly unknown[]): object => ({
    name,
    shape,
    datatype: 'INT32',
    data,
  });

  it.each([
    ['one', counts('num_output_tokens', [1], [5]), 5],
    ['a batch dimension', counts('num_output_tokens', [1, 1], [[5]]), 5],
    ['two sequences', counts('num_output_tokens', [2], [5, 6]), 11],
    ['one that is no count', counts('num_output_tokens', [2], [5, -1]), undefined],
  ])('%s', (_name, tensor, outputTokens) => {
    expect(read({ outputs: [output, tensor] }, 'v2')).toMatchObject({ outcome: 'ok', outputTokens });
  });

  it('a prompt is told with every sequence, and is one', () => {
    const told = (data: readonly number[]): unknown =>
      read({ outputs: [output, counts('num_input_tokens', [2], data)] }, 'v2').usage?.promptTokens;
    expect(told([3, 3])).toBe(3);
    expect(told([3, 4])).toBeUndefined();
  });
});
