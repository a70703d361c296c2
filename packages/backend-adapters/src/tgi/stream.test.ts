import type { BodyEnd, DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { TgiProtocol } from './stream.ts';

const encoder = new TextEncoder();
const COMPLETE: BodyEnd = { kind: 'complete' };
const CUT: BodyEnd = { kind: 'cut', code: 'STREAM_TRUNCATED', message: 'cut' };

interface Last {
  readonly text: string;
  readonly details?: object;
}

function token(index: number, text: string, last?: Last): string {
  return JSON.stringify({
    index,
    token: { id: 1, text, logprob: -1, special: text.startsWith('<|') },
    generated_text: last?.text ?? null,
    details: last?.details ?? null,
  });
}

const details = (tokens: number, reason = 'length'): object => ({
  finish_reason: reason,
  generated_tokens: tokens,
  seed: null,
  input_length: 3,
});

/** One read per event, 10 ms apart. */
function decode(
  events: readonly string[],
  end: BodyEnd = COMPLETE,
  contentType = 'text/event-stream',
): DecodedResponse {
  const decoder = new ProtocolDecoder(new TgiProtocol());
  decoder.onHeaders(200, new Map([['content-type', contentType]]));
  events.forEach((event, i) => {
    const bytes = encoder.encode(event.startsWith('{') ? `data: ${event}\n\n` : event);
    decoder.onBody(bytes, 0, bytes.length, i * 10);
  });
  return decoder.finish(end);
}

describe('what ends well and what does not', () => {
  const [first, second] = [token(1, 'a'), token(2, 'b')];
  it.each([
    ['a finished stream', [first, token(2, 'b', { text: 'ab', details: details(2) })], COMPLETE, undefined],
    ['without details', [first, token(2, 'b', { text: 'ab' })], COMPLETE, undefined],
    ['an end token without any text', [token(1, '<|im_end|>', { text: '' })], COMPLETE, undefined],
    ['a cut after the last event', [first, token(2, 'b', { text: 'ab' })], CUT, undefined],
    ['no last event', [first, second], COMPLETE, 'STREAM_TRUNCATED'],
    ['a cut before the last event', [first, second], CUT, 'STREAM_TRUNCATED'],
    ['a reset', [first], { kind: 'cut', code: 'SOCKET_RESET', message: 'reset' } as const, 'SOCKET_RESET'],
    ['nothing', [], COMPLETE, 'STREAM_EMPTY'],
    ['comments only', [':\n\n'], COMPLETE, 'STREAM_EMPTY'],
    ['a token after the last event', [token(1, 'a', { text: 'a' }), second], COMPLETE, 'STREAM_MALFORMED'],
    ['a repeated event', [first, first, token(3, 'c', { text: 'aac' })], COMPLETE, 'STREAM_MALFORMED'],
    ['a lost event', [first, token(3, 'c', { text: 'abc' })], COMPLETE, 'STREAM_MALFORMED'],
    ['an error after the last event', [token(1, 'a', { text: 'a' }), '{"error":"x"}'], COMPLETE, 'STREAM_ERROR_EVENT'],
    ['an abort', [token(1, 'a', { text: 'a', details: details(1, 'abort') })], COMPLETE, 'SERVER_ABORTED'],
    [
      'fewer tokens than events',
      [first, token(2, 'b', { text: 'ab', details: details(1) })],
      COMPLETE,
      'USAGE_MISMATCH',
    ],
  ] as const)('%s', (_name, events, end, code) => {
    const decoded = decode(events, end);
    expect(decoded.code).toBe(code);
    expect(decoded.outcome === 'ok').toBe(code === undefined);
  });

  it('names the class of an error', () => {
    const { message } = decode(['{"error":"Model is overloaded","error_type":"overloaded"}']);
    expect(message).toBe('Model is overloaded (overloaded)');
  });

  it('more tokens by the server than there were events, of which each is one', () => {
    expect(decode([token(1, 'a', { text: 'a', details: details(3) })])).toMatchObject({
      code: 'USAGE_MISMATCH',
      outputTokens: 3,
      tokenCounts: [
        { source: 'usage', tokens: 3 },
        { source: 'token-ids', tokens: 1 },
      ],
    });
  });

  it.each([
    ['application/json', '{"generated_text":"a"}', 'STREAM_MALFORMED'],
    ['text/html', '<html>', 'ERROR_BODY'],
    ['application/json', '{"error":"x","error_type":"y"}', 'ERROR_BODY'],
  ])('a whole body of %s under 200 is no stream', (contentType, body, code) => {
    const decoder = new ProtocolDecoder(new TgiProtocol());
    decoder.onHeaders(200, new Map([['content-type', contentType]]));
    const bytes = encoder.encode(body);
    decoder.onBody(bytes, 0, bytes.length, 0);
    expect(decoder.finish(COMPLETE).code).toBe(code);
  });
});

describe('times and counts', () => {
  it('the first token is the first one with text; tokens before it arrive with it, the end token counts too', () => {
    const events = [token(1, ''), token(2, ''), token(3, 'ä'), token(4, ''), token(5, '<|e|>', { text: 'ä' })];
    expect(decode(events)).toMatchObject({
      firstTokenAtMs: 20,
      firstAnswerTokenAtMs: 20,
      lastTokenAtMs: 40,
      arrivals: [0, 3, 10_000, 1, 10_000, 1],
      arrivalsUnit: 'tokens',
      contentEvents: 1,
      outputTokens: 5,
      outputTokensSource: 'token-ids',
    });
  });

  it('a comment is no progress', () => {
    const decoder = new ProtocolDecoder(new TgiProtocol());
    decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]));
    const push = (text: string, atMs: number): void => {
      const bytes = encoder.encode(text);
      decoder.onBody(bytes, 0, bytes.length, atMs);
    };
    push(`data: ${token(1, 'a')}\n\n`, 5);
    push(':\n\n', 15_000);
    expect(decoder.lastProgressAtMs).toBe(5);
    expect(decoder.isTerminated).toBe(false);
    push(`data: ${token(2, 'b', { text: 'ab' })}\n\n`, 16_000);
    expect(decoder.lastProgressAtMs).toBe(16_000);
    expect(decoder.isTerminated).toBe(true);
  });

  it('keeps what arrived before an error', () => {
    expect(decode([token(1, 'a'), token(2, 'b'), '{"error":"boom","error_type":"generation"}'])).toMatchObject({
      code: 'STREAM_ERROR_EVENT',
      firstTokenAtMs: 0,
      lastTokenAtMs: 10,
      outputTokens: 2,
      finishReason: undefined,
    });
  });
});
