import { describe, expect, it } from 'vitest';
import { readInferBody, readKserveError } from './infer-response.ts';

const tensor = { name: 'out', shape: [1], datatype: 'BYTES', data: ['a'] };

describe('an inference body', () => {
  it('tensors, with and without an id', () => {
    const body = { model_name: 'm', model_version: null, id: 'r1', parameters: null, outputs: [tensor] };
    expect(readInferBody(body)).toEqual({
      kind: 'tensors',
      id: 'r1',
      outputs: [{ ...tensor, binaryBytes: undefined }],
    });
    expect(readInferBody({ ...body, id: null })).toMatchObject({ id: undefined });
  });

  it('a tensor in the binary part', () => {
    const { data: _, ...rest } = tensor;
    const body = { outputs: [{ ...rest, parameters: { binary_data_size: 12 } }] };
    expect(readInferBody(body)).toMatchObject({ outputs: [{ data: undefined, binaryBytes: 12 }] });
  });

  it('predictions of V1, whatever they are', () => {
    expect(readInferBody({ predictions: ['a'] })).toEqual({ kind: 'predictions', predictions: ['a'] });
    expect(readInferBody({ predictions: 'a' })).toEqual({ kind: 'predictions', predictions: ['a'] });
  });

  it.each([null, false, '', {}])('%j in the place of predictions is none', (predictions) => {
    expect(readInferBody({ predictions })).toEqual({ kind: 'predictions', predictions: [] });
  });

  it.each([
    ['an error under 200', { error: 'boom' }, { kind: 'error', message: 'boom' }],
    ['another object', { status: 'alive' }, { kind: 'malformed' }],
    ['a list', [tensor], { kind: 'malformed' }],
    ['outputs that are no list', { outputs: tensor }, { kind: 'malformed' }],
    ['an output without a type', { outputs: [{ name: 'out', shape: [1] }] }, { kind: 'malformed' }],
    ['a shape of texts', { outputs: [{ ...tensor, shape: ['1'] }] }, { kind: 'malformed' }],
    ['data that is no list', { outputs: [{ ...tensor, data: 'a' }] }, { kind: 'malformed' }],
  ])('%s', (_name, value, body) => {
    expect(readInferBody(value)).toMatchObject(body);
  });
});

describe('error bodies', () => {
  it.each([
    [{ error: 'RuntimeError : engine failed' }, 'RuntimeError : engine failed'],
    [{ error: { code: '502', message: 'bad upstream', param: '' } }, 'bad upstream'],
    [{ error: { code: '502' } }, '{"code":"502"}'],
    [{ detail: 'Not Found' }, 'Not Found'],
    [
      {
        detail: [
          { loc: ['body', 'max_tokens'], msg: 'not an integer' },
          { loc: ['body'], msg: 'x' },
        ],
      },
      'body.max_tokens: not an integer; body: x',
    ],
    [{ detail: [] }, 'the request does not fit the schema'],
    [{ ready: true }, undefined],
    ['text', undefined],
  ])('%j', (value, message) => {
    expect(readKserveError(value)).toBe(message);
  });
});
