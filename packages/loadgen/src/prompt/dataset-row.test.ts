import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFilePrompts, parseJsonlDataset } from './dataset-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (...rows: object[]): unknown[] =>
  parseJsonlDataset(rows.map((row) => JSON.stringify(row)).join('\n'), 'f');

describe('rows of a dataset', () => {
  test('several inputs, and a form of the answer', () => {
    const schema = { type: 'object' };
    expect(
      parse(
        { input: ['a', 'b'] },
        {
          prompt: 'p',
          tools: [{ type: 'function', function: { name: 'f', parameters: schema } }],
          tool_choice: 'required',
          response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
        },
      ),
    ).toEqual([
      { prompt: { kind: 'texts', texts: ['a', 'b'] }, outputTokens: undefined },
      {
        prompt: { kind: 'text', text: 'p' },
        outputTokens: undefined,
        tools: [{ name: 'f', description: undefined, parameters: schema }],
        toolChoice: 'required',
        responseFormat: { kind: 'json-schema', name: 'n', schema },
      },
    ]);
  });

  test('an image from a file becomes part of the request', () => {
    writeFileSync(join(folder, 'dot.png'), Buffer.from([0x89, 0x50]));
    const file = join(folder, 'images.jsonl');
    const image = (url: string): object => ({ type: 'image_url', image_url: { url } });
    const content = [{ type: 'text', text: 'What is it?' }, image('dot.png'), image('https://example.org/a.png')];
    writeFileSync(file, JSON.stringify({ messages: [{ role: 'user', content }] }));
    expect(createFilePrompts('jsonl', file).sampleAt(0).prompt).toEqual({
      kind: 'messages',
      messages: [
        {
          role: 'user',
          content: [
            { kind: 'text', text: 'What is it?' },
            { kind: 'image', url: 'data:image/png;base64,iVA=' },
            { kind: 'image', url: 'https://example.org/a.png' },
          ],
        },
      ],
    });
  });

  test('calls of tools and their results stay in the conversation', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    expect(
      parse({
        messages: [
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c', content: 'r' },
        ],
      }),
    ).toMatchObject([
      {
        prompt: {
          messages: [
            { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'f', argumentsText: '{}' }] },
            { role: 'tool', content: 'r', toolCallId: 'c' },
          ],
        },
      },
    ]);
  });

  test.each([
    [{}, 'one of prompt, input, messages, turns'],
    [{ prompt: 'a', messages: [] }, 'one of prompt, input, messages, turns'],
    [{ messages: [] }, 'at least one message'],
    [{ messages: [{ role: 'usr', content: 'a' }] }, 'messages[0]: role must be one of'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0]: content must be'],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages[0]: a part is'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'no.png' } }] }] }, 'cannot read'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'no.bmp' } }] }] }, 'no known type'],
    [{ input: [] }, 'input is a text or a list'],
    [{ prompt: 'a', tools: {} }, 'tools must be a list'],
    [{ prompt: 'a', tool_choice: 'some' }, 'tool_choice must be'],
    [{ prompt: 'a', response_format: { type: 'xml' } }, 'response_format must be'],
    [{ turns: [{ user: 'a' }, { user: 'b' }] }, 'turns[0]: assistant (text) is needed'],
    [
      {
        turns: [
          { user: 'a', assistant: 'b' },
          { user: 'c', think_time_ms: -1 },
        ],
      },
      'turns[1]: think_time_ms',
    ],
  ])('%j is refused with its place', (row, message) => {
    expect(() => parse({ prompt: 'fine' }, row)).toThrowError(message);
    expect(() => parse({ prompt: 'fine' }, row)).toThrowError(/^f:2: /);
  });
});

describe('conversations', () => {
  const file = join(folder, 'turns.jsonl');
  const rows = [
    {
      system: 's',
      output_tokens: 7,
      turns: [
        { user: 'a', assistant: 'A', think_time_ms: 5 },
        { user: 'b', assistant: 'B', think_time_ms: 20, output_tokens: 3 },
        { user: 'c' },
      ],
    },
    { prompt: 'alone' },
  ];
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));

  test('each turn carries the earlier ones and says when it may begin', () => {
    const source = createFilePrompts('jsonl', file);
    const contents = (index: number): unknown => {
      const { prompt } = source.sampleAt(index);
      return prompt.kind === 'messages' ? prompt.messages.map(({ content }) => content) : prompt.kind;
    };
    expect([0, 1, 2, 3].map(contents)).toEqual([
      ['s', 'a'],
      ['s', 'a', 'A', 'b'],
      ['s', 'a', 'A', 'b', 'B', 'c'],
      'text',
    ]);
    expect([0, 1, 2].map((index) => source.sampleAt(index).maxOutputTokens)).toEqual([7, 3, 7]);
    expect([0, 1, 2, 3, 5].map((index) => source.sampleAt(index).session)).toEqual([
      { session: 0, turn: 0, turns: 3, thinkTimeMs: 0 },
      { session: 0, turn: 1, turns: 3, thinkTimeMs: 20 },
      { session: 0, turn: 2, turns: 3, thinkTimeMs: 0 },
      { session: 1, turn: 0, turns: 1, thinkTimeMs: 0 },
      { session: 2, turn: 1, turns: 3, thinkTimeMs: 20 },
    ]);
  });

  test('sessions lie one after another and begin again', () => {
    const source = createFilePrompts('jsonl', file);
    expect([0, 1, 2, 3].map((session) => source.sessionAt?.(session))).toEqual([
      { firstIndex: 0, turns: 3 },
      { firstIndex: 3, turns: 1 },
      { firstIndex: 4, turns: 3 },
      { firstIndex: 7, turns: 1 },
    ]);
  });

  test('warm-up knows no conversations', () => {
    expect(createFilePrompts('jsonl', file).sampleAt(1, 'warmup')).not.toHaveProperty('session');
  });
});
