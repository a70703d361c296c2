import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from './json-syntax.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the judgement of the platform's parser is the point
  }
}

const SNIPPETS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '1',
  '-',
  '01',
  '1.',
  '1e5',
  'tru',
  'null',
  ' ',
  '\n',
  '\\',
  '\u0001',
];

test('agrees with JSON.parse on valid JSON', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findJsonFault(text)).toBeUndefined();
    }),
  );
});

test('agrees with JSON.parse on valid JSON with one change, and names a place inside the text', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(...SNIPPETS), fc.nat(2), (json, place, snippet, removed) => {
      const at = place % (json.length + 1);
      const text = json.slice(0, at) + snippet + json.slice(at + removed);
      const fault = findJsonFault(text);
      expect(fault === undefined).toBe(parses(text));
      if (fault !== undefined) expect(fault.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1000 },
  );
});

test('agrees with JSON.parse on rubble', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      expect(findJsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 1000 },
  );
});

test('ends at 500 levels', () => {
  expect(findJsonFault('['.repeat(100_000))).toEqual({ offset: 501, expected: 'at most 500 levels' });
});
