import { describe, expect, it } from 'vitest';
import { parseTritonEvent } from './triton-event.ts';

const parse = (value: unknown) => {
  const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  return parseTritonEvent(bytes, 0, bytes.length);
};
const response = (fields: object) => parse({ model_name: 'm', model_version: '1', ...fields });

describe('a response of the generate extension', () => {
  it.each([
    ['one text', { text_output: 'a' }, true],
    ['an empty text', { text_output: '' }, false],
    ['texts of several sequences', { text_output: ['', 'b'] }, true],
    ['token IDs without text', { output_ids: [5, 6, -1] }, true],
    ['only padding', { output_ids: [-1, -1] }, false],
    ['outputs of another kind', { NUM_OUT: 0 }, false],
  ])('%s', (_name, fields, hasContent) => {
    expect(response(fields)).toMatchObject({ kind: 'response', hasContent });
  });

  it('counts of the vLLM backend, one sequence or several, digits included', () => {
    expect(response({ text_output: 'a', num_output_tokens: 3, num_input_tokens: 7 })).toMatchObject({
      outputTokens: 3,
      inputTokens: 7,
    });
    expect(response({ text_output: ['a', 'b'], num_output_tokens: [3, 4] })).toMatchObject({ outputTokens: 7 });
    expect(response({ text_output: 'a', num_output_tokens: '12' })).toMatchObject({ outputTokens: 12 });
    expect(response({ text_output: 'a', num_output_tokens: -1 })).toMatchObject({ outputTokens: undefined });
    expect(response({ text_output: 'a' })).toMatchObject({ outputTokens: undefined, inputTokens: undefined });
  });

  it('tokens it lists', () => {
    expect(response({ output_ids: [5, 6, -1] })).toMatchObject({ listedTokens: 2 });
    const logprobs = JSON.stringify([{ 5: { logprob: -1 } }, { 6: { logprob: -2 } }]);
    expect(response({ text_output: 'a', logprobs })).toMatchObject({ listedTokens: 2 });
    expect(response({ text_output: 'a', logprobs: 'null' })).toMatchObject({ listedTokens: undefined });
    expect(response({ text_output: 'a', logprobs: '{' })).toMatchObject({ listedTokens: undefined });
  });

  it('finish reasons: what Python prints for none is none', () => {
    expect(response({ text_output: 'a', finish_reason: 'None' })).toMatchObject({ finishReasons: [undefined] });
    expect(response({ text_output: 'a', finish_reason: ['stop', 'None'] })).toMatchObject({
      finishReasons: ['stop', undefined],
    });
    expect(response({ text_output: 'a' })).toMatchObject({ finishReasons: undefined });
  });

  it('times of the executor, written as digits', () => {
    const times = { arrival_time_ns: '10', first_scheduled_time_ns: '20', first_token_time_ns: 30 };
    expect(response({ text_output: 'a', ...times })).toMatchObject({
      times: { arrivalNs: 10, firstScheduledNs: 20, firstTokenNs: 30, lastTokenNs: undefined },
    });
  });
});

describe('what is none', () => {
  it.each([
    ['an error', { error: 'engine failed' }, { kind: 'error', message: 'engine failed' }],
    ['an error that is no text', { error: { code: 5 } }, { kind: 'error', message: '{"code":5}' }],
    ['JSON of another protocol', { choices: [{ text: 'a' }] }, { kind: 'malformed' }],
    ['text that is no text', { model_name: 'm', text_output: 5 }, { kind: 'malformed' }],
    ['no object', '[1]', { kind: 'malformed' }],
    ['no JSON', '{"model_name":', { kind: 'malformed' }],
    ["OpenAI's terminator", '[DONE]', { kind: 'malformed' }],
  ])('%s', (_name, value, event) => {
    expect(parse(value)).toEqual(event);
  });

  it('an output that is named error beside a text is no error', () => {
    expect(response({ text_output: 'a', error: 0.5 })).toMatchObject({ kind: 'response', hasContent: true });
  });

  it('bytes that are no UTF-8', () => {
    expect(parseTritonEvent(new Uint8Array([0x22, 0xff, 0x22]), 0, 3)).toEqual({ kind: 'malformed' });
  });
});
