import { expect, test } from 'vitest';
import { createTextCollector, type TextGrowth } from './text-collector.ts';

const collect = (growth: TextGrowth, texts: readonly string[]): string => {
  const collector = createTextCollector(({ text }) => (typeof text === 'string' ? text : undefined), growth);
  for (const text of texts) collector.add({ text });
  collector.add({ other: 1 });
  return collector.content.text;
};

test.each([
  ['pieces', ['a', 'ab', '', 'c'], 'aabc'],
  ['whole-or-pieces', ['a', 'a', 'ab', 'abc'], 'abc'],
  ['whole-or-pieces', ['a', 'b', 'c'], 'abc'],
  ['pieces-or-whole', ['a', 'a', 'b'], 'aab'],
  ['pieces-or-whole', ['a', 'ab', 'abc'], 'abc'],
  ['pieces-or-whole', ['ab'], 'ab'],
  ['pieces-or-whole', [], ''],
] as const)('%s of %j is %j', (growth, texts, text) => {
  expect(collect(growth, texts)).toBe(text);
});
