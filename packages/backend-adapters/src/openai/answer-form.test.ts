import type { RequestSample } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, isStreamed } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createOpenAiBackend } from './openai-backend.ts';

const options: BackendOptions = {
  ...PLAIN_OPTIONS,
};
const weather = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const sample: RequestSample = {
  index: 0,
  prompt: {
    kind: 'messages',
    messages: [
      { role: 'system', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'image', url: 'data:image/png;base64,AAAA' },
        ],
      },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'get_weather', argumentsText: '{}' }] },
      { role: 'tool', content: 'rain', toolCallId: 'c1' },
      { role: 'assistant', content: 'Rain.' },
      { role: 'user', content: 'Thanks.' },
    ],
  },
  inputTokens: undefined,
  inputTokensSource: 'approximate',
  maxOutputTokens: 16,
  tools: [weather],
  toolChoice: { name: 'get_weather' },
  responseFormat: { kind: 'json-schema', name: 'answer', schema: { type: 'object' } },
};

const bodyOf = (api: BackendOptions['api'], request: RequestSample): Record<string, unknown> => {
  const { body } = createOpenAiBackend({ ...options, api }).encode(request);
  return JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
};

describe('requests', () => {
  it('keeps roles, parts, calls and results on the chat interface', () => {
    expect(bodyOf('chat', sample)).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
        },
        { role: 'tool', content: 'rain', tool_call_id: 'c1' },
        { role: 'assistant', content: 'Rain.' },
        { role: 'user', content: 'Thanks.' },
      ],
      max_tokens: 16,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: weather }],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
    });
  });

  it('writes them as items on the responses interface', () => {
    expect(bodyOf('responses', sample)).toMatchObject({
      input: [
        { role: 'system', content: [{ type: 'input_text', text: 'Be short.' }] },
        {
          role: 'user',
          content: [{ type: 'input_text' }, { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }],
        },
        { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'rain' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Rain.' }] },
        { role: 'user', content: [{ type: 'input_text', text: 'Thanks.' }] },
      ],
      tools: [{ type: 'function', name: 'get_weather' }],
      tool_choice: { type: 'function', name: 'get_weather' },
      text: { format: { type: 'json_schema', name: 'answer' } },
    });
  });

  it('refuses conversations and tools on the completions interface', () => {
    expect(() => bodyOf('completions', { ...sample, tools: undefined as never })).toThrow(/no conversations/);
    const text = { kind: 'text', text: 'a' } as const;
    expect(() => bodyOf('completions', { ...sample, prompt: text })).toThrow(/no tools/);
  });
});

it('refuses a schema that is none before anything is sent', () => {
  const schema = { type: 'objekt' };
  expect(() => bodyOf('chat', { ...sample, responseFormat: { kind: 'json-schema', name: 'x', schema } })).toThrow(
    /schema of the response format x/,
  );
  expect(() => bodyOf('responses', { ...sample, tools: [{ ...weather, parameters: schema }] })).toThrow(
    /parameters of the tool get_weather/,
  );
});

const captures = loadCaptures();
const find = (name: string): Capture | undefined => captures.find((capture) => capture.name === name);

describe.skipIf(captures.length === 0)('captured answers with a form (shared data)', () => {
  it.each([
    ['vllm-0.32.0/b_chat_tool_auto_stream', 'valid'],
    ['vllm-0.32.0/b_chat_tool_auto', 'valid'],
    ['tgi-3.3.6-dev0/openai_chat_tool_auto', 'valid'],
    ['tgi-3.3.6-dev0/openai_chat_tool_required_stream', 'valid'],
  ])('%s calls the tool it was offered', (name, state) => {
    const capture = find(name);
    if (capture === undefined) throw new Error(`no capture ${name}`);
    const isStreaming = isStreamed(capture);
    const decoder = createOpenAiBackend({ ...options, isStreaming }).createDecoder({
      ...sample,
      maxOutputTokens: undefined,
      responseFormat: undefined as never,
    });
    expect(decodeBytes(capture.bytes, decoder, 50).answer?.toolCalls).toEqual([
      { name: 'get_weather', arguments: state },
    ]);
  });

  it('finds no structure in an answer that is prose, and no tool call', () => {
    const capture = find('vllm-0.32.0/chat_stream_usage');
    const decoder = createOpenAiBackend(options).createDecoder(sample);
    expect(decodeBytes(capture?.bytes ?? new Uint8Array(), decoder, 50)).toMatchObject({
      outcome: 'ok',
      answer: { structured: 'not-json', toolCalls: [] },
    });
  });

  it('looks at no content where no form was asked for', () => {
    const capture = find('vllm-0.32.0/chat_stream_usage');
    const decoder = createOpenAiBackend(options).createDecoder();
    expect(decodeBytes(capture?.bytes ?? new Uint8Array(), decoder, 50)).not.toHaveProperty('answer');
  });
});

if (captures.length === 0) it.skip('captured answers with a form: shared/data/engines is absent', () => undefined);
