import type { DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { StreamDecoder } from './stream-decoder.ts';

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
