import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

const KEYS = ['rate', 'requests', 'concurrency', 'inputTokens', 'outputTokens', 'stallTimeout', 'timeout'];

test.each([
  ['raet', 'rate'],
  ['concurency', 'concurrency'],
  ['input-tokens', 'inputTokens'],
  ['input_token', 'inputTokens'],
  ['OUTPUTTOKENS', 'outputTokens'],
  ['timeouts', 'timeout'],
])('%s was meant as %s', (given, meant) => {
  expect(didYouMean(given, KEYS)).toBe(meant);
});

test.each(['colour', '', 'x', '__proto__', 'a'.repeat(100_000)])('finds nothing near', (given) => {
  expect(didYouMean(given, KEYS)).toBeUndefined();
});
