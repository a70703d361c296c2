import { expect, test } from 'vitest';
import { toRequestBytes } from './request-bytes.ts';

const REQUEST = {
  method: 'POST',
  path: '/v1/completions',
  headers: { 'x-a': 'b' },
  body: new TextEncoder().encode('{"a":"é"}'),
} as const;

test('writes head and body', () => {
  expect(Buffer.from(toRequestBytes(REQUEST, 'h:1')).toString()).toBe(
    'POST /v1/completions HTTP/1.1\r\nhost: h:1\r\nx-a: b\r\ncontent-length: 10\r\n\r\n{"a":"é"}',
  );
});

test('a GET has no length, a POST always has one', () => {
  const get = toRequestBytes({ ...REQUEST, method: 'GET', body: undefined }, 'h');
  expect(Buffer.from(get).toString()).toBe('GET /v1/completions HTTP/1.1\r\nhost: h\r\nx-a: b\r\n\r\n');
  expect(Buffer.from(toRequestBytes({ ...REQUEST, body: undefined }, 'h')).toString()).toMatch(/content-length: 0\r\n/);
});

test('a given host wins, a given content-length does not', () => {
  const text = Buffer.from(
    toRequestBytes({ ...REQUEST, headers: { host: 'other', 'content-length': '1' } }, 'h'),
  ).toString();
  expect(text).toMatch(/^POST \S+ HTTP\/1\.1\r\nhost: other\r\ncontent-length: 10\r\n\r\n/);
});

test.each([
  ['a path with a space', { ...REQUEST, path: '/a b' }],
  ['an empty path', { ...REQUEST, path: '' }],
  ['a line break in a value', { ...REQUEST, headers: { 'x-a': 'b\r\nc: d' } }],
  ['a character beyond ISO 8859-1', { ...REQUEST, headers: { 'x-a': '\u20ac' } }],
  ['a name that is no token', { ...REQUEST, headers: { 'x a': 'b' } }],
])('refuses %s', (_case, request) => {
  expect(() => toRequestBytes(request, 'h')).toThrow(expect.objectContaining({ code: 'TRANSPORT_INVALID' }));
});
