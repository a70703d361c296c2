import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANSWER_WORDS, detokenize, tokenize, VOCABULARY_SIZE } from './tokenizer.ts';

test('a text comes back from its tokens', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => detokenize(tokenize(text)) === text));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', 'the', ' ', ' and', 'é', '日', '\n') }),
      (text) => detokenize(tokenize(text)) === text,
    ),
  );
});

test('every token is inside the vocabulary', () => {
  fc.assert(fc.property(fc.string(), (text) => tokenize(text).every((id) => id >= 0 && id < VOCABULARY_SIZE)));
});

test('answers have one token per word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ANSWER_WORDS)),
      (words) => tokenize(words.map((word) => ` ${word}`).join('')).length === words.length,
    ),
  );
});

test('known counts', () => {
  expect(tokenize('')).toEqual([]);
  expect(tokenize(' the of')).toHaveLength(2);
  expect(tokenize(' theof')).toHaveLength(3);
  expect(tokenize('日')).toHaveLength(3);
});
