import { describe, expect, test } from 'vitest';
import type { CollectOptions } from '../../test/http/collect-response.ts';
import { collectResponse, latin1 } from '../../test/http/collect-response.ts';
import { createHttpResponseReader } from './http-response-reader.ts';

function collect(text: string, options?: CollectOptions): ReturnType<typeof collectResponse> {
  return collectResponse(latin1(text), options);
}

describe('framing', () => {
  test('content-length', () => {
    const result = collect('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:\t b \r\n\r\nhelloHTTP', { isClosed: false });
    expect(result).toMatchObject({
      status: 200,
      body: 'hello',
      end: 'complete',
      isReusable: true,
      headers: { 'x-a': 'b' },
    });
    expect(result.consumedBytes).toBe(latin1('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:\t b \r\n\r\nhello').length);
  });

  test('chunked, with extensions and trailers', () => {
    const text =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;a=b;c="d\\"e"\r\nhello\r\n0A\r\n0123456789\r\n0\r\nX-End: 1\r\n\r\n';
    expect(collect(text, { isClosed: false })).toMatchObject({
      body: 'hello0123456789',
      trailers: { 'x-end': '1' },
      end: 'complete',
      isReusable: true,
    });
  });

  test('until close', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nabc';
    expect(collect(text, { isClosed: false })).toMatchObject({ body: 'abc', end: 'unfinished' });
    expect(collect(text)).toMatchObject({ body: 'abc', end: 'complete', isReusable: false });
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('%s without a body: %j', (method, text) => {
    expect(collect(text, { method, isClosed: false })).toMatchObject({ body: '', end: 'complete', isReusable: true });
  });

  test('informational responses come first', () => {
    const text =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    expect(collect(text)).toMatchObject({
      status: 200,
      informational: [100, 103],
      body: 'ok',
      headers: { 'content-length': '2' },
    });
  });
});

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', true],
  ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false],
])('keep-alive of %j is %s', (text, isReusable) => {
  expect(collect(text, { isClosed: false })).toMatchObject({ end: 'complete', isReusable });
});

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
test.each([
  ['', 'HTTP_CLOSED_BEFORE_RESPONSE'],
  ['HTTP/1.1 20', 'HTTP_CLOSED_IN_HEAD'],
  [`${HEAD}Content-Length: 3\r\n\r\nab`, 'HTTP_CLOSED_IN_BODY'],
  [`${CHUNKED}5\r\nhello\r\n`, 'HTTP_CLOSED_IN_BODY'],
  [`${CHUNKED}0\r\n`, 'HTTP_CLOSED_IN_BODY'],
  ['SSH-2.0-OpenSSH_9\r\n', 'HTTP_BAD_STATUS_LINE'],
  ['HTTP/2.0 200 OK\r\n\r\n', 'HTTP_BAD_STATUS_LINE'],
  ['HTTP/1.1 2000 OK\r\n\r\n', 'HTTP_BAD_STATUS_LINE'],
  ['HTTP/1.1  200 OK\r\n\r\n', 'HTTP_BAD_STATUS_LINE'],
  ['HTTP/1.1 200 OK\n\n', 'HTTP_BARE_LINE_FEED'],
  [`${HEAD}A: b\n\r\n`, 'HTTP_BARE_LINE_FEED'],
  [`${HEAD}A: b\rc\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${HEAD}A: b\0\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${HEAD}A : b\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${HEAD}: b\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${HEAD}nothing\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${HEAD}A: b\r\n c\r\n\r\n`, 'HTTP_OBSOLETE_FOLD'],
  [`${HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\nab`, 'HTTP_AMBIGUOUS_FRAMING'],
  [`${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nab`, 'HTTP_AMBIGUOUS_FRAMING'],
  [`${HEAD}Content-Length: +2\r\n\r\nab`, 'HTTP_BAD_CONTENT_LENGTH'],
  [`${HEAD}Content-Length: 99999999999999999999\r\n\r\nab`, 'HTTP_BAD_CONTENT_LENGTH'],
  [`${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'HTTP_UNSUPPORTED_CODING'],
  ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'HTTP_UNEXPECTED_UPGRADE'],
  [`${CHUNKED}x\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}5 \r\nhello\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}5\r\nhelloworld\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}ffffffffffffffff\r\nhello\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}5;\r\nhello\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}5;a="b\r\nhello\r\n0\r\n\r\n`, 'HTTP_BAD_CHUNK'],
  [`${CHUNKED}5\nhello\r\n0\r\n\r\n`, 'HTTP_BARE_LINE_FEED'],
  [`${CHUNKED}0\r\nbad trailer\r\n\r\n`, 'HTTP_BAD_HEADER'],
  [`${CHUNKED}5;${'a'.repeat(5000)}\r\nhello\r\n0\r\n\r\n`, 'HTTP_CHUNK_LINE_TOO_LONG'],
  [`${HEAD}A: ${'b'.repeat(17_000)}\r\n\r\n`, 'HTTP_HEAD_TOO_LARGE'],
  [`${HEAD}${'A: b\r\n'.repeat(300)}\r\n`, 'HTTP_TOO_MANY_HEADERS'],
])('refuses %j', (text, code) => {
  const whole = collect(text);
  expect(whole.end).toBe(code);
  expect(collect(text, { cuts: [...Array(Math.min(text.length, 6000)).keys()] })).toEqual({
    ...whole,
    consumedBytes: expect.any(Number),
  });
});

test('a reused reader reads a different head after an equal one', () => {
  const seen: string[] = [];
  const reader = createHttpResponseReader({
    onHead: (status, headers) => seen.push(`${status} ${headers.get('content-length')}`),
    onBody: (bytes, start, end) => seen.push(Buffer.from(bytes.subarray(start, end)).toString()),
    onComplete: () => seen.push('complete'),
    onError: (code) => seen.push(code),
  });
  for (const text of ['a', 'b', 'cd', 'e'].map(
    (body) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )) {
    reader.reset('POST');
    expect(reader.push(latin1(text), 0, text.length)).toBe(text.length);
  }
  expect(seen).toEqual([
    '200 1',
    'a',
    'complete',
    '200 1',
    'b',
    'complete',
    '200 2',
    'cd',
    'complete',
    '200 1',
    'e',
    'complete',
  ]);
});

test('a head is remembered by value when the read buffer is a reused Buffer', () => {
  const statuses: number[] = [];
  const reader = createHttpResponseReader({
    onHead: (status) => statuses.push(status),
    onBody: () => undefined,
    onComplete: () => undefined,
    onError: (code) => expect.fail(code),
  });
  const shared = Buffer.alloc(100);
  for (const status of [200, 201, 201, 200]) {
    reader.reset('GET');
    const length = shared.write(`HTTP/1.1 ${status} OK\r\nContent-Length: 0\r\n\r\n`, 'latin1');
    reader.push(shared, 0, length);
  }
  expect(statuses).toEqual([200, 201, 201, 200]);
});

test('the remembered head does not outlive the method', () => {
  const ends: string[] = [];
  const reader = createHttpResponseReader({
    onHead: () => undefined,
    onBody: () => undefined,
    onComplete: () => ends.push('complete'),
    onError: (code) => ends.push(code),
  });
  const head = latin1('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n');
  reader.reset('GET');
  reader.push(head, 0, head.length);
  reader.push(latin1('abc'), 0, 3);
  reader.reset('HEAD');
  reader.push(head, 0, head.length);
  reader.reset('GET');
  reader.push(head, 0, head.length);
  reader.finish();
  expect(ends).toEqual(['complete', 'complete', 'HTTP_CLOSED_IN_BODY']);
});

test('nothing is reported after cancel', () => {
  const seen: string[] = [];
  const reader = createHttpResponseReader({
    onHead: () => reader.cancel(),
    onBody: () => seen.push('body'),
    onComplete: () => seen.push('complete'),
    onError: (code) => seen.push(code),
  });
  for (const text of [
    `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`,
    `${HEAD}Content-Length: 0\r\n\r\n`,
    `${HEAD}Content-Length: 2\r\n\r\nab`,
  ]) {
    reader.reset('GET');
    reader.push(latin1(text), 0, text.length);
    reader.finish();
  }
  expect(seen).toEqual([]);
});
