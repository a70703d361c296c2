import { expect, it } from 'vitest';
import { showValue } from './shown-value.ts';

it.each([
  ['header', ['authorization: Bearer sk-SECRET-1', 'x-a: b'], '"authorization: …", "x-a: …"'],
  ['header', { authorization: 'Bearer sk-SECRET-1', 'x-a': 'b' }, '"authorization: …", "x-a: …"'],
  ['header', 'sk-SECRET-0123456789', '"…: …"'],
  ['target', 'http://user:sk-SECRET-1@host:80/v1', '"http://…@host:80/v1"'],
  ['target', 'http://host/v1?key=sk-SECRET-1', '"http://host/v1?…"'],
  ['rate', '5x', '"5x"'],
  ['rate', 0, '0'],
])('%s %j is shown as %s', (setting, value, shown) => {
  expect(showValue(setting, value)).toBe(shown);
  expect(shown).not.toContain('SECRET');
});
