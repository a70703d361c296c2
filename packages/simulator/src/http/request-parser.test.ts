import { expect, test } from 'vitest';
import { RequestParser } from './request-parser.ts';

const LIMITS = { maxHeadBytes: 1024, maxBodyBytes: 64 };

function parseAll(text: string, chunkBytes = Number.POSITIVE_INFINITY): unknown[] {
  const parser = new RequestParser(LIMITS);
  const results: unknown[] = [];
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    parser.push(bytes.subarray(at, Math.min(bytes.length, at + chunkBytes)));
    for (let next = parser.next(); next !== undefined; next = parser.next()) {
      if ('status' in next) return [...results, next.status];
      results.push([next.method, next.path, next.body.toString('latin1'), next.isKeepAlive]);
    }
  }
  return results;
}

const PIPELINED =
  'POST /a?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello' +
  'POST /b HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n' +
  '\r\nGET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';

test('reads the same requests at every chunk size', () => {
  const expected = [
    ['POST', '/a', 'hello', true],
    ['POST', '/b', 'abcde', true],
    ['GET', '/c', '', false],
  ];
  for (let size = 1; size <= PIPELINED.length; size++) expect(parseAll(PIPELINED, size)).toEqual(expected);
});

test.each([
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['bare words', 'hello\r\n\r\n', 400],
  ['HTTP/2', 'GET / HTTP/2.0\r\n\r\n', 400],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : h\r\n\r\n', 400],
  ['folded header', 'GET / HTTP/1.1\r\nHost: h\r\n x: y\r\n\r\n', 400],
  ['both lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', 400],
  ['negative length', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', 400],
  ['gzip coding', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
  ['chunk size of letters', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ['chunk longer than it says', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n', 400],
  ['long body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65\r\n\r\n', 413],
  ['long chunks', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n', 413],
  ['long head', `GET / HTTP/1.1\r\nHost: ${'h'.repeat(2000)}`, 431],
])('refuses %s', (_, text, status) => {
  expect(parseAll(text)).toEqual([status]);
  expect(parseAll(text, 1)).toEqual([status]);
});

test('HTTP/1.0 closes unless asked to stay', () => {
  expect(parseAll('GET / HTTP/1.0\r\n\r\n')).toEqual([['GET', '/', '', false]]);
  expect(parseAll('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')).toEqual([['GET', '/', '', true]]);
});

test('says once that a client waits for 100 Continue', () => {
  const parser = new RequestParser(LIMITS);
  parser.push(Buffer.from('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'));
  expect(parser.next()).toBeUndefined();
  expect(parser.takeContinue()).toBe(true);
  expect(parser.takeContinue()).toBe(false);
});
