import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonText } from './json-syntax.ts';

test.each([
  ['{"timestamp": yesterday}', 1, 15],
  ['{"a": 1, "b": }', 1, 15],
  ['{"a": 1', 1, 8],
  ['{"a": "no end', 1, 14],
  ['{"a": tru}', 1, 10],
  ['{\n  "a": 1,\n  b\n}', 3, 3],
  ['', 1, 1],
  ['x', 1, 1],
  ['{"a":1}}', 1, 8],
])('%j is wrong at %i:%i', (text, line, column) => {
  const parsed = parseJsonText(text);
  expect(parsed).toMatchObject({ ok: false, fault: { line, column } });
  if (!parsed.ok) expect(parsed.fault.message).not.toMatch(/position \d|column \d/);
});

test('a character that JSON has nowhere is found where it was put', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.nat(), (value, at) => {
      const text = JSON.stringify({ value });
      expect(parseJsonText(text)).toEqual({ ok: true, value: JSON.parse(text) });
      // Behind a colon or a comma outside of texts there is no doubt where it goes wrong.
      const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[:,]/g)].filter(([token]) => token.length === 1);
      const place = places[at % places.length]!.index + 1;
      const fault = parseJsonText(`${text.slice(0, place)}#${text.slice(place)}`);
      expect(fault).toMatchObject({ ok: false, fault: { line: 1, column: place + 1 } });
    }),
  );
});
