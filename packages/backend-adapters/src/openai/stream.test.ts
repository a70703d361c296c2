import type { DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { readPlainBody } from './plain-body.ts';
import { StreamDecoder } from './stream.ts';

const encoder = new TextEncoder();
const chunk = (choice: object, more: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }], ...more });
const content = (text: string, index = 0): string => chunk({ index, delta: { content: text } });
const finish = (reason: string, index = 0): string => chunk({ index, finish_reason: reason });
const usage = (tokens: number): string =>
  JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: tokens } });

/** One read per event; events with a line break are framed already. */
function decode(events: readonly string[]): DecodedResponse {
  const decoder = new StreamDecoder({ verifyStream: false });
  decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]));
  events.forEach((event, i) => {
    const bytes = encoder.encode(event.includes('\n') ? event : `data: ${event}\n\n`);
    decoder.onBody(bytes, 0, bytes.length, i * 10);
  });
  return decoder.finish({ kind: 'complete' });
}

describe('what ends well and what does not', () => {
  it.each([
    ['a finished stream', [content('a'), content('b'), finish('stop'), usage(2), '[DONE]'], undefined],
    ['finish reason abort', [content('a'), finish('abort'), '[DONE]'], 'SERVER_ABORTED'],
    ['finish reason error', [content('a'), finish('error'), '[DONE]'], 'SERVER_ABORTED'],
    [
      'an error event at the end',
      [content('a'), finish('stop'), '{"error":{"message":"boom"}}', '[DONE]'],
      'STREAM_ERROR_EVENT',
    ],
    [
      'an event named error',
      [content('a'), finish('stop'), 'event: error\ndata: {"message":"boom"}\n\n', '[DONE]'],
      'STREAM_ERROR_EVENT',
    ],
    ['choices that are no list', [content('a'), '{"choices":"x"}', finish('stop'), '[DONE]'], 'STREAM_MALFORMED'],
    [
      'content that is no text',
      [content('a'), chunk({ delta: { content: 5 } }), finish('stop'), '[DONE]'],
      'STREAM_MALFORMED',
    ],
    ['one of two choices unfinished', [content('a'), content('b', 1), finish('stop'), '[DONE]'], 'STREAM_TRUNCATED'],
    [
      'one of two choices of the same event unfinished',
      [
        JSON.stringify({ choices: [0, 1].map((index) => ({ index, delta: { content: 'a' }, finish_reason: null })) }),
        finish('stop'),
        '[DONE]',
      ],
      'STREAM_TRUNCATED',
    ],
    [
      'a choice with a high number unfinished',
      [content('a'), content('b', 32), finish('stop'), '[DONE]'],
      'STREAM_TRUNCATED',
    ],
    ['both choices finished', [content('a'), content('b', 1), finish('stop'), finish('stop', 1), '[DONE]'], undefined],
    [
      'no tokens by usage, but content',
      [content('a'), content('b', 1), finish('stop'), finish('stop', 1), usage(0), '[DONE]'],
      'USAGE_MISMATCH',
    ],
    ['a terminator that only looks like one', [content('a'), finish('stop'), '[DAMN]'], 'STREAM_MALFORMED'],
    ['no terminator', [content('a'), finish('stop')], 'STREAM_TRUNCATED'],
    ['no finish', [content('a'), '[DONE]'], 'STREAM_TRUNCATED'],
    ['nothing at all', ['[DONE]'], 'STREAM_EMPTY'],
  ] as const)('%s', (_name, events, code) => {
    const decoded = decode(events);
    expect(decoded.code).toBe(code);
    expect(decoded.outcome === 'ok').toBe(code === undefined);
  });

  it('keeps the times of what did arrive', () => {
    const decoded = decode([
      chunk({ delta: { role: 'assistant', content: '' } }),
      content('a'),
      content('b'),
      '{"error":"boom"}',
      '[DONE]',
    ]);
    expect(decoded).toMatchObject({
      firstTokenAtMs: 10,
      lastTokenAtMs: 20,
      contentEvents: 2,
      arrivals: [0, 1, 10_000, 1],
    });
  });

  it('tells reasoning from the answer', () => {
    const decoded = decode([chunk({ delta: { reasoning: 'hm' } }), content('a'), finish('stop'), '[DONE]']);
    expect(decoded).toMatchObject({ firstTokenAtMs: 0, firstAnswerTokenAtMs: 10 });
  });
});

describe('a body that is no stream, under a type that promises one', () => {
  const read = (body: string, headers: readonly [string, string][] = []): DecodedResponse => {
    const decoder = new StreamDecoder({ verifyStream: false });
    decoder.onHeaders(200, new Map(headers));
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += 7) decoder.onBody(bytes, at, Math.min(bytes.length, at + 7), at);
    return decoder.finish({ kind: 'complete' });
  };

  it.each([
    ['an error object', '{"error":{"message":"bad","code":400}}', 'ERROR_BODY', 'bad'],
    ['a page', '<html><body>Sign in</body></html>', 'ERROR_BODY', 'expected events, got "<html>'],
    ['a whole answer', '{"choices":[{"message":{"content":"a"}}]}', 'STREAM_MALFORMED', 'expected events, got "{'],
    ['nothing', '', 'STREAM_EMPTY', 'without any event'],
    ['keep-alives alone', ': ping\n\n: ping\n\n', 'STREAM_EMPTY', 'without any event'],
  ])('%s', (_name, body, code, message) => {
    const decoded = read(body);
    expect(decoded.code).toBe(code);
    expect(decoded.message).toContain(message);
  });

  it('an encoding that nobody asked for is named', () => {
    const decoded = read('\x1f\x8b\b garbage', [['content-encoding', 'gzip']]);
    expect(decoded).toMatchObject({ code: 'STREAM_MALFORMED', message: expect.stringContaining('gzip') });
  });
});

describe('usage against the limit of the request', () => {
  const read = (events: readonly string[], limit: number): string | undefined => {
    const decoder = new StreamDecoder({ verifyStream: false }, limit);
    decoder.onHeaders(200, new Map());
    for (const event of events) {
      const bytes = encoder.encode(`data: ${event}\n\n`);
      decoder.onBody(bytes, 0, bytes.length, 0);
    }
    return decoder.finish({ kind: 'complete' }).code;
  };
  const words = (count: number): string[] => Array.from({ length: count }, (_, i) => content(`w${i}`));

  it('more than was allowed is wrong where the events keep to the limit', () => {
    expect(read([...words(5), finish('length'), usage(500), '[DONE]'], 20)).toBe('USAGE_MISMATCH');
    expect(read([...words(5), finish('length'), usage(20), '[DONE]'], 20)).toBeUndefined();
  });

  it('a count that grew with the events is true, whatever the limit', () => {
    const grown = [1, 2, 3, 4].map((event) =>
      chunk({ delta: { content: 'four words each' } }, { usage: { prompt_tokens: 1, completion_tokens: 4 * event } }),
    );
    expect(read([...grown, finish('stop'), usage(16), '[DONE]'], 10)).toBeUndefined();
  });

  it('what comes behind the terminator counts for nothing', () => {
    const late = [...words(3), '{"error":{"message":"late"}}'];
    expect(read([...words(3), finish('stop'), usage(3), '[DONE]', ...late], 20)).toBeUndefined();
  });

  it('a server that ignores the limit is not one that counts wrongly', () => {
    expect(read([...words(25), finish('stop'), usage(26), '[DONE]'], 20)).toBeUndefined();
  });
});

describe('whole answers', () => {
  const read = (body: string, limit?: number, headers: readonly [string, string][] = []): DecodedResponse => {
    const decoder = new WholeBodyDecoder((answer) => readPlainBody(answer, limit));
    decoder.onHeaders(200, new Map(headers));
    const bytes = encoder.encode(body);
    decoder.onBody(bytes, 0, bytes.length, 0);
    return decoder.finish({ kind: 'complete' });
  };
  const answer = (tokens: number): string =>
    JSON.stringify({
      choices: [{ message: { content: 'a b' }, finish_reason: 'length' }],
      usage: { completion_tokens: tokens },
    });

  it('usage beyond the limit that the body has no room for is wrong', () => {
    expect(read(answer(500), 20).code).toBe('USAGE_MISMATCH');
    expect(read(answer(20), 20).code).toBeUndefined();
    expect(read(answer(500)).code).toBeUndefined();
  });

  it.each([
    [[{ finish_reason: 'stop' }], undefined],
    [[{ finish_reason: null }], 'STREAM_TRUNCATED'],
    [[{ finish_reason: '' }], 'STREAM_TRUNCATED'],
    [[{}], 'STREAM_TRUNCATED'],
    [[{ finish_reason: 'stop' }, { index: 1, finish_reason: null }], 'STREAM_TRUNCATED'],
  ])('choices that end with %j: %s', (choices, code) => {
    const body = JSON.stringify({ choices: choices.map((choice) => ({ message: { content: 'a' }, ...choice })) });
    expect(read(body).code).toBe(code);
  });

  it('an encoding that nobody asked for is named', () =>
    expect(read('\u001f rubbish', undefined, [['content-encoding', 'gzip']]).message).toContain('gzip'));
});
