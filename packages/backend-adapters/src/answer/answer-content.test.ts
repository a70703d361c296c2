import { describe, expect, it } from 'vitest';
import { createChatCollector } from './answer-content.ts';

describe('the name of a tool in a stream', () => {
  it.each([
    ['whole, in the first piece', ['get_weather', undefined, undefined]],
    ['in pieces', ['get_', 'weather', undefined]],
    ['whole, in every piece', ['get_weather', 'get_weather', 'get_weather']],
    ['null after the first piece, as TGI sends', ['get_weather', null, null]],
  ])('%s', (_name, names) => {
    const collector = createChatCollector();
    for (const name of names) {
      collector.add({
        choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name, arguments: 'a' } }] } }],
      });
    }
    expect(collector.content.toolCalls).toEqual([{ name: 'get_weather', argumentsText: 'aaa' }]);
  });
});
