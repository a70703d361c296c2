import { describe, expect, it } from 'vitest';
import { readToolPieces } from './tool-pieces.ts';

const piece = (call: number, argumentsText: string): object => ({ choice: 2, call, argumentsText });

describe('pieces of tool calls', () => {
  it.each([
    ['none', { content: 'a' }, []],
    ['an empty list', { tool_calls: [] }, []],
    ['a name without arguments', { tool_calls: [{ index: 0, id: 'c', function: { name: 'f' } }] }, [piece(0, '')]],
    [
      'two calls, one without its index',
      { tool_calls: [{ index: 1, function: { arguments: '{"a"' } }, { function: { arguments: ':1}' } }] },
      [piece(1, '{"a"'), piece(1, ':1}')],
    ],
    ['a call without a list', { tool_calls: { index: 0, function: { arguments: '{}' } } }, [piece(0, '{}')]],
    ['arguments that are parsed', { tool_calls: [{ function: { arguments: { a: 1 } } }] }, [piece(0, '{"a":1}')]],
    ['the older name', { function_call: { name: 'f', arguments: '{' } }, [piece(0, '{')]],
  ])('%s', (_name, message, pieces) => {
    expect(readToolPieces(message, 2)).toEqual(pieces);
  });
});
