import { describe, expect, it } from 'vitest';
import { choiceEvent, contentEvent, decodeChat, finishEvent, usageEvent } from '../../test/chat-stream.ts';

const call = (argumentsText: string, index = 0): object =>
  choiceEvent({
    index,
    delta: {
      tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: argumentsText } }],
    },
  });

const BACKENDS = ['openai', 'vllm', 'tgi', 'llama-cpp', 'sglang', 'kserve'] as const;

describe('a tool call that no finish reason ends', () => {
  it.each([
    ['openai', 'STREAM_TRUNCATED'],
    ['vllm', 'STREAM_TRUNCATED'],
    ['sglang', 'STREAM_TRUNCATED'],
    ['llama-cpp', 'STREAM_TRUNCATED'],
    ['kserve', 'STREAM_TRUNCATED'],
    ['tgi', undefined],
  ] as const)('with half its arguments, by %s: %s', (backend, code) => {
    expect(decodeChat([call('{'), call('"a":')], { backend }).code).toBe(code);
  });

  // The generic backend may have TGI before it, which streams no reason with tool calls.
  it.each([
    ['openai', undefined],
    ['vllm', 'STREAM_TRUNCATED'],
    ['tgi', undefined],
  ] as const)('with all its arguments, by %s: %s', (backend, code) => {
    expect(decodeChat([call('{'), call('"a":1}')], { backend }).code).toBe(code);
    expect(decodeChat([call('{'), call('"a":1}')], { backend, isDone: false }).code).toBe('STREAM_TRUNCATED');
  });

  it.each(BACKENDS)('is no end of the other choices, by %s', (backend) => {
    expect(decodeChat([call('{}'), contentEvent('a', 1)], { backend }).code).toBe('STREAM_TRUNCATED');
  });

  it.each(BACKENDS)('is one where it finishes, by %s', (backend) => {
    expect(decodeChat([call('{'), finishEvent('tool_calls')], { backend }).code).toBeUndefined();
  });
});

describe('choices and their ends', () => {
  it('the end of another choice is none of this one', () => {
    expect(decodeChat([contentEvent('a'), finishEvent('stop', 1)]).code).toBe('STREAM_TRUNCATED');
  });

  it('the second choice of an event ends, not the first', () => {
    const both = [0, 1].map((index) => ({ index, delta: { content: 'a' } }));
    const second = {
      choices: [
        { index: 0, delta: { content: 'b' } },
        { ...both[1], finish_reason: 'length' },
      ],
    };
    expect(decodeChat([{ choices: both }, second]).code).toBe('STREAM_TRUNCATED');
    expect(decodeChat([{ choices: both }, second, finishEvent('stop')])).toMatchObject({
      outcome: 'ok',
      finishReason: 'stop,length',
    });
  });

  it('a choice of which only the role came has to end as well', () => {
    const role = choiceEvent({ index: 1, delta: { role: 'assistant', content: '' } });
    expect(decodeChat([role, contentEvent('a'), finishEvent('stop')]).code).toBe('STREAM_TRUNCATED');
  });
});

describe('errors that stand where no error stands', () => {
  it.each([
    [
      'in the choice it ended',
      choiceEvent({ finish_reason: 'stop', error: { message: 'provider failed', code: 502 } }),
    ],
    ['as a text in the choice', choiceEvent({ finish_reason: 'stop', error: 'provider failed' })],
    ['flat', { message: 'provider failed', code: 500 }],
  ])('%s', (_name, event) => {
    expect(decodeChat([contentEvent('a'), event, finishEvent('stop')])).toMatchObject({
      code: 'STREAM_ERROR_EVENT',
      message: 'provider failed',
    });
  });

  it('a field error of nothing is none', () => {
    expect(decodeChat([contentEvent('a'), choiceEvent({ finish_reason: 'stop', error: null })]).outcome).toBe('ok');
  });
});

describe('content that is no text', () => {
  it.each([
    ['parts', { content: [{ type: 'text', text: 'hey' }] }],
    ['sound', { audio: { data: 'AAA' } }],
    ['the words of sound', { audio: { transcript: 'hey' } }],
  ])('%s: the first one is the first token', (_name, delta) => {
    const decoded = decodeChat([choiceEvent({ delta }), choiceEvent({ delta }), finishEvent('stop'), usageEvent(2)]);
    expect(decoded).toMatchObject({ outcome: 'ok', contentEvents: 2 });
    expect(decoded.firstTokenAtMs).toBeDefined();
  });

  it.each([
    ['empty parts', { content: [{ type: 'text', text: '' }] }],
    ['the name of sound', { audio: { id: 'a1' } }],
  ])('%s are none', (_name, delta) => {
    expect(decodeChat([choiceEvent({ delta }), contentEvent('a'), finishEvent('stop')]).contentEvents).toBe(1);
  });
});
