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
  ] as const)('%s: %j is good', (protocol, value) => {
    expect(read(value, protocol)).toMatchObject({ outcome: 'ok', code: undefined });
  });

  it.each([
    ['v2', { predictions: ['a'] }, 'V1'],
    ['v1', { outputs: [output] }, 'V2'],
    ['v1', { predictions: [] }, 'no predictions'],
    ['v2', { outputs: [{ ...output, shape: [2] }] }, 'the shape [2] and 1 values'],
    ['v2', { outputs: [output, { ...output, name: 'more', data: [] }] }, 'more has the shape [1] and 0 values'],
  ] as const)('%s: %j is not what was asked for', (protocol, value, message) => {
    const answer = read(value, protocol);
    expect(answer).toMatchObject({ outcome: 'protocol', code: 'STREAM_MALFORMED' });
    expect(answer.message).toContain(message);
  });
});
