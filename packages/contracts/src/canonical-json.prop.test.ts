import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

/** `encodeURIComponent` refuses lone surrogates, on its own terms. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false; // the judgement of the platform is the point
  }
}

const data = fc.jsonValue({ maxDepth: 4 });

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

/** -0 has no sign in canonical JSON. */
function withoutMinusZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('reads back as the same data', () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(withoutMinusZero(value));
    }),
  );
});

test('does not depend on the order of keys, and is a fixed point', () => {
  fc.assert(
    fc.property(data, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(shuffled(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('writes every finite double so that it reads back exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(canonicalJson(value))).toBe(value === 0 ? 0 : value);
    }),
  );
});

test('accepts exactly the well-formed strings', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isBroken) => {
      const given = isBroken ? `${text}\ud800` : text;
      if (isWellFormed(given)) expect(JSON.parse(canonicalJson(given))).toBe(given);
      else expect(() => canonicalJson(given)).toThrow('lone surrogate');
    }),
  );
});
