import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTgiBody, readTgiEvent } from './tgi-event.ts';

const encoder = new TextEncoder();
const read = (text: string): ReturnType<typeof readTgiEvent> => {
  const bytes = encoder.encode(`??${text}??`);
  return readTgiEvent(bytes, 2, bytes.length - 2);
};
const token = (text: string, special = false): string =>
  `{"id":42,"text":${JSON.stringify(text)},"logprob":-0.25,"special":${special}}`;

describe('events of /generate_stream', () => {
  it('reads a token', () => {
    expect(read(`{"index":1,"token":${token('H')},"generated_text":null,"details":null}`)).toEqual({
      kind: 'token',
      index: 1,
      hasText: true,
      isLast: false,
      details: undefined,
    });
  });

  it('knows a token without text and a special token', () => {
    expect(read(`{"index":2,"token":${token('')},"generated_text":null}`)).toMatchObject({ hasText: false });
    expect(read(`{"index":3,"token":${token('<|im_end|>', true)},"generated_text":"x"}`)).toMatchObject({
      hasText: false,
      isLast: true,
    });
  });

  it('reads the last event, whose seed is no safe number', () => {
    const details = '{"finish_reason":"eos_token","generated_tokens":59,"seed":14630660473089438914,"input_length":3}';
    expect(read(`{"index":59,"token":${token('.')},"generated_text":"","details":${details}}`)).toMatchObject({
      isLast: true,
      details: { finishReason: 'eos_token', generatedTokens: 59, inputTokens: 3 },
    });
  });

  it('reads an error and its class', () => {
    expect(read('{"error":"Model is overloaded","error_type":"overloaded"}')).toEqual({
      kind: 'error',
      message: 'Model is overloaded',
      errorType: 'overloaded',
    });
    expect(read('{"error":{"message":"x"}}')).toMatchObject({ kind: 'error', message: '{"message":"x"}' });
  });

  it.each([
    ['no JSON', '{"index":1,"tok'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no token', '{"index":1,"generated_text":null}'],
    ['a token without id', '{"token":{"text":"a","special":false},"generated_text":null}'],
    ['a token without text', '{"token":{"id":1,"text":null,"special":false},"generated_text":null}'],
    ['a token that is not special nor ordinary', '{"token":{"id":1,"text":"a"},"generated_text":null}'],
    ['a negative index', `{"index":-1,"token":${token('a')}}`],
    ['whole text that is a number', `{"index":1,"token":${token('a')},"generated_text":5}`],
    ['details before the end', `{"index":1,"token":${token('a')},"generated_text":null,"details":{}}`],
    ['details that are text', `{"index":1,"token":${token('a')},"generated_text":"a","details":"x"}`],
  ])('%s is malformed', (_, text) => {
    expect(read(text)).toEqual({ kind: 'malformed' });
  });

  it('broken UTF-8 is malformed', () => {
    const bytes = encoder.encode(`{"index":1,"token":${token('aXb')},"generated_text":null}`);
    bytes[bytes.indexOf(0x58)] = 0xff;
    expect(readTgiEvent(bytes, 0, bytes.length)).toEqual({ kind: 'malformed' });
  });

  it('any text of a token', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), fc.nat(), (text, special, index) => {
        expect(read(`{"index":${index},"token":${token(text, special)},"generated_text":null,"details":null}`)).toEqual(
          {
            kind: 'token',
            index,
            hasText: text !== '' && !special,
            isLast: false,
            details: undefined,
          },
        );
      }),
    );
  });
});

describe('bodies of /generate', () => {
  it('reads details and the candidates of best_of', () => {
    const details = {
      finish_reason: 'length',
      generated_tokens: 2,
      seed: 1,
      prefill: [],
      tokens: [{ id: 1 }, { id: 2 }],
    };
    const others = { best_of_sequences: [{ generated_tokens: 3 }, { generated_tokens: 4 }] };
    expect(readTgiBody({ generated_text: 'ab', details: { ...details, ...others } })).toEqual({
      hasText: true,
      details: { finishReason: 'length', generatedTokens: 2, inputTokens: undefined, listedTokens: 2, otherTokens: 7 },
    });
  });

  it('reads a body without details and the list of the route /', () => {
    expect(readTgiBody({ generated_text: '' })).toEqual({ hasText: false, details: undefined });
    expect(readTgiBody([{ generated_text: 'a' }])).toEqual({ hasText: true, details: undefined });
  });

  it.each([[null], [[]], [{}], [{ generated_text: 1 }], [{ generated_text: 'a', details: 'x' }], [{ error: 'x' }]])(
    '%j is no body',
    (value) => {
      expect(readTgiBody(value)).toBeUndefined();
    },
  );
});
