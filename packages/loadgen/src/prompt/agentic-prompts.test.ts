import { describe, expect, test } from 'vitest';
import { createAgenticPrompts } from './agentic-prompts.ts';
import { parseAgenticTrace } from './agentic-trace.ts';
import type { PromptSource } from './prompt-source.ts';
import { createTokenIdWriter, createWordWriter } from './prompt-writer.ts';

const TRACE = `{"system_tokens":100,"system_id":4,"tenant":"acme","turns":[{"input_tokens":50,"output_tokens":20},{"input_tokens":300,"output_tokens":10,"tool_time_ms":1500},{"input_tokens":40,"output_tokens":5,"tool_time_ms":250,"think_time_ms":4000}]}

{"system_tokens":100,"system_id":4,"turns":[{"input_tokens":7,"output_tokens":3}]}
{"turns":[{"input_length":1030,"output_length":8,"hash_ids":[1,2,3]},{"input_length":1500,"output_length":8,"hash_ids":[1,2,9],"tool_time_ms":10}]}
`;
const idsOf = (source: PromptSource, index: number, phase: 'measure' | 'warmup' = 'measure'): readonly number[] => {
  const { prompt } = source.sampleAt(index, phase);
  if (prompt.kind !== 'token-ids') throw new Error('not token IDs');
  return prompt.tokenIds;
};
const source = createAgenticPrompts(parseAgenticTrace(TRACE, 'a'), 3, createTokenIdWriter());

describe('agentic prompts', () => {
  test('the context grows by answers and by what tools brought: each prompt begins with the one before', () => {
    const lengths = [150, 150 + 20 + 300, 470 + 10 + 40];
    expect([0, 1, 2].map((index) => source.sampleAt(index).inputTokens)).toEqual(lengths);
    expect([0, 1, 2].map((index) => idsOf(source, index).length)).toEqual(lengths);
    expect(idsOf(source, 1).slice(0, 150)).toEqual(idsOf(source, 0));
    expect(idsOf(source, 2).slice(0, 470)).toEqual(idsOf(source, 1));
    expect([0, 1, 2].map((index) => source.sampleAt(index).maxOutputTokens)).toEqual([20, 10, 5]);
  });

  test('pauses are those of the trace, to the millisecond, and sessions know their turns', () => {
    expect([0, 1, 2].map((index) => source.sampleAt(index).session)).toEqual([
      { session: 0, turn: 0, turns: 3, thinkTimeMs: 0 },
      { session: 0, turn: 1, turns: 3, thinkTimeMs: 1500 },
      { session: 0, turn: 2, turns: 3, thinkTimeMs: 4250 },
    ]);
    expect([0, 1, 2].map((session) => source.sessionAt?.(session))).toEqual([
      { firstIndex: 0, turns: 3 },
      { firstIndex: 3, turns: 1 },
      { firstIndex: 4, turns: 2 },
    ]);
    expect([0, 3].map((index) => source.sampleAt(index).tenant)).toEqual(['acme', undefined]);
  });

  test('instructions are shared by sessions of one system, and nothing else is', () => {
    expect(idsOf(source, 3).slice(0, 100)).toEqual(idsOf(source, 0).slice(0, 100));
    expect(idsOf(source, 3).slice(100, 107)).not.toEqual(idsOf(source, 0).slice(100, 107));
  });

  test('equal hashes are equal blocks of 512 tokens', () => {
    const [first, second] = [idsOf(source, 4), idsOf(source, 5)];
    expect([first.length, second.length]).toEqual([1030, 1500]);
    expect(second.slice(0, 1024)).toEqual(first.slice(0, 1024));
    expect(second.slice(1024, 1030)).not.toEqual(first.slice(1024));
  });

  test('sessions that begin again have the lengths of the file and other words; warm-up stands alone', () => {
    expect(idsOf(source, 6)).toHaveLength(150);
    expect(idsOf(source, 6).slice(0, 100)).toEqual(idsOf(source, 0).slice(0, 100));
    expect(idsOf(source, 6).slice(100)).not.toEqual(idsOf(source, 0).slice(100));
    expect(idsOf(source, 10).slice(0, 512)).not.toEqual(idsOf(source, 4).slice(0, 512));
    expect(source.sampleAt(6).session).toEqual({ session: 3, turn: 0, turns: 3, thinkTimeMs: 0 });
    expect(source.sampleAt(1, 'warmup').session).toBeUndefined();
    expect(idsOf(source, 1, 'warmup').slice(0, 100)).not.toEqual(idsOf(source, 1).slice(0, 100));
  });

  test('texts grow the same way', () => {
    const words = ['a', 'b', 'c', 'd', 'e'];
    const writer = createWordWriter({ words, overheadTokens: 5, tokensPerWord: 1, isExact: true });
    const texts = createAgenticPrompts(parseAgenticTrace(TRACE, 'a'), 3, writer);
    const textOf = (index: number): string => {
      const { prompt } = texts.sampleAt(index);
      return prompt.kind === 'text' ? prompt.text : '';
    };
    expect(textOf(1).startsWith(`${textOf(0)} `)).toBe(true);
    expect(textOf(2).split(' ')).toHaveLength(520 - 5 + 1);
  });
});

test.each([
  ['not JSON', '{"turns":', 'f:1:'],
  ['no turns', '{"turns":[{"input_tokens":1,"output_tokens":1}]}\n{"turns":[]}', 'f:2:'],
  ['no input', '{"turns":[{"output_tokens":1}]}', 'turns[0]: input_tokens is needed'],
  ['no output', '{"turns":[{"input_tokens":1}]}', 'turns[0]: output_tokens is needed'],
  ['half a token', '{"turns":[{"input_tokens":0.5,"output_tokens":1}]}', 'input_tokens must be a whole number'],
  ['a pause below 0', '{"turns":[{"input_tokens":1,"output_tokens":1,"tool_time_ms":-1}]}', 'tool_time_ms'],
  ['hashes that are none', '{"turns":[{"input_tokens":1,"output_tokens":1,"hash_ids":["a"]}]}', 'hash_ids'],
  ['a tenant without a name', '{"tenant":"","turns":[{"input_tokens":1,"output_tokens":1}]}', 'tenant'],
  ['nothing', '\n', 'f:1:'],
])('%s is DATASET_INVALID, with its place', (_, text, where) => {
  expect(() => parseAgenticTrace(text, 'f')).toThrowError(where);
  expect(() => parseAgenticTrace(text, 'f')).toThrowError(expect.objectContaining({ code: 'DATASET_INVALID' }));
});
