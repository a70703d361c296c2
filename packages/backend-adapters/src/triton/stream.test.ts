import type { BodyEnd, DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { readTritonBody } from './generate-body.ts';
import { TritonProtocol } from './stream.ts';

const CHUNKED = new Map([
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['transfer-encoding', 'chunked'],
]);
const COMPLETE: BodyEnd = { kind: 'complete' };
const encoder = new TextEncoder();

const response = (text: string, fields: object = {}): string =>
  `data: ${JSON.stringify({ model_name: 'm', model_version: '1', text_output: text, ...fields })}\n\n`;
const counted = (text: string, tokens: number, reason = 'None'): string =>
  response(text, { num_output_tokens: tokens, num_input_tokens: 9, finish_reason: reason });

/** One read of 10 ms each per event. */
function decode(
  events: readonly string[],
  options: { readonly end?: BodyEnd; readonly headers?: ReadonlyMap<string, string> } = {},
): DecodedResponse {
  const decoder = new ProtocolDecoder(new TritonProtocol());
  decoder.onHeaders(200, options.headers ?? CHUNKED);
  events.forEach((event, i) => {
    const bytes = encoder.encode(event);
    decoder.onBody(bytes, 0, bytes.length, i * 10);
  });
  return decoder.finish(options.end ?? COMPLETE);
}

describe('tokens of a stream', () => {
  it('counts per response are added and labelled; several tokens in an event are several tokens', () => {
    const decoded = decode([counted('a', 1), counted('bcd', 3), counted('', 1, 'stop')]);
    expect(decoded).toMatchObject({
      outcome: 'ok',
      contentEvents: 2,
      outputTokens: 5,
      outputTokensSource: 'continuous-usage',
      usage: { promptTokens: 9, completionTokens: 5, cachedTokens: undefined },
      arrivals: [0, 1, 10_000, 3],
      arrivalsUnit: 'tokens',
      firstTokenAtMs: 0,
      lastTokenAtMs: 10,
      finishReason: 'stop',
    });
  });

  it('tokens held back by the detokenizer arrive with the text they become', () => {
    const decoded = decode([counted('', 2), counted('é', 1), counted('', 1, 'length')]);
    expect(decoded).toMatchObject({ firstTokenAtMs: 10, arrivals: [0, 3], outputTokens: 4 });
  });

  it('without counts the events are counted, and say so', () => {
    const decoded = decode([response('a'), response('b')]);
    expect(decoded).toMatchObject({ outputTokens: 2, outputTokensSource: 'event-count', arrivalsUnit: 'events' });
    expect(decoded.usage).toBeUndefined();
  });

  it('a response without content need not count', () => {
    const decoded = decode([
      response('ab', { num_output_tokens: 2 }),
      response('cd', { num_output_tokens: 2 }),
      response(''),
    ]);
    expect(decoded).toMatchObject({ outcome: 'ok', outputTokens: 4, outputTokensSource: 'continuous-usage' });
  });

  it('a count that one response with content lacks is no count', () => {
    const decoded = decode([response('a', { num_output_tokens: 4 }), response('b')]);
    expect(decoded).toMatchObject({ outputTokens: 2, outputTokensSource: 'event-count', arrivalsUnit: 'events' });
  });

  it('two sources stand side by side', () => {
    const logprobs = JSON.stringify([{}, {}, {}]);
    const decoded = decode([response('abc', { num_output_tokens: 2, logprobs })]);
    expect(decoded.outputTokens).toBe(2);
    expect(decoded.tokenCounts).toEqual([
      { source: 'continuous-usage', tokens: 2 },
      { source: 'token-ids', tokens: 3 },
    ]);
  });

  it('no response at all is an answer of no tokens', () => {
    expect(decode([])).toMatchObject({ outcome: 'ok', outputTokens: 0, outputTokensSource: 'event-count' });
  });

  it('times of the executor', () => {
    const times = { arrival_time_ns: '1000000', first_scheduled_time_ns: '3000000', first_token_time_ns: '9000000' };
    const decoded = decode([response('a', { ...times, last_token_time_ns: '19000000' })]);
    expect(decoded.serverTimes).toEqual({ queueMs: 2, prefillMs: 6, decodeMs: 10, totalMs: 18 });
  });
});

describe('how a stream ends', () => {
  const cut: BodyEnd = { kind: 'cut', code: 'STREAM_TRUNCATED', message: 'the connection closed' };
  const reset: BodyEnd = { kind: 'cut', code: 'SOCKET_RESET', message: 'reset' };

  it.each([
    ['an error event', [response('a'), 'data: {"error":"boom"}\n\n'], COMPLETE, 'STREAM_ERROR_EVENT'],
    ['an error event, then a cut', ['data: {"error":"boom"}\n\n'], cut, 'STREAM_ERROR_EVENT'],
    ['a cut', [response('a')], cut, 'STREAM_TRUNCATED'],
    ['a reset', [response('a')], reset, 'SOCKET_RESET'],
    ['an event without its blank line', [response('a').trimEnd()], COMPLETE, 'STREAM_TRUNCATED'],
    ['no finish reason where there are reasons', [counted('a', 1)], COMPLETE, 'STREAM_TRUNCATED'],
    ['a cancelled request', [counted('a', 1, 'cancelled')], COMPLETE, 'SERVER_ABORTED'],
    ['an aborted request', [counted('a', 1, 'abort')], COMPLETE, 'SERVER_ABORTED'],
    ["OpenAI's terminator", [response('a'), 'data: [DONE]\n\n'], COMPLETE, 'STREAM_MALFORMED'],
    [
      'responses that name their model alone',
      ['data: {"model_name":"m","model_version":"1"}\n\n'],
      COMPLETE,
      'STREAM_EMPTY',
    ],
    ['text, but no tokens', [counted('a', 0, 'stop')], COMPLETE, 'USAGE_MISMATCH'],
  ])('%s', (_name, events, end, code) => {
    expect(decode(events, { end })).toMatchObject({ code, outcome: code === 'SOCKET_RESET' ? 'network' : 'protocol' });
  });

  it('a body that only the connection ends proves nothing, unless a finish reason does', () => {
    const headers = new Map([['content-type', 'text/event-stream']]);
    expect(decode([response('a')], { headers })).toMatchObject({ code: 'STREAM_TRUNCATED' });
    expect(decode([counted('a', 1, 'stop')], { headers })).toMatchObject({ outcome: 'ok' });
  });

  it('a page or a whole body is no stream', () => {
    const json = new Map([...CHUNKED, ['content-type', 'application/json']]);
    expect(decode(['{"model_name":"m","text_output":"a"}'], { headers: json }).code).toBe('STREAM_MALFORMED');
    expect(decode(['{"error":"boom"}'], { headers: json })).toMatchObject({ code: 'ERROR_BODY', message: 'boom' });
    const html = new Map([...CHUNKED, ['content-type', 'text/html']]);
    expect(decode(['<html>login</html>'], { headers: html }).code).toBe('ERROR_BODY');
  });
});

describe('a whole answer', () => {
  function decodePlain(body: string, status = 200): DecodedResponse {
    const decoder = new WholeBodyDecoder(readTritonBody);
    decoder.onHeaders(status, new Map());
    const bytes = encoder.encode(body);
    decoder.onBody(bytes, 0, bytes.length, 1);
    return decoder.finish(COMPLETE);
  }

  it('counts, reasons and prompt', () => {
    const body = JSON.stringify({ model_name: 'm', text_output: 'abc', num_output_tokens: 3, finish_reason: 'length' });
    expect(decodePlain(body)).toMatchObject({
      outcome: 'ok',
      outputTokens: 3,
      outputTokensSource: 'usage',
      finishReason: 'length',
    });
  });

  it('without a count there is none: one body is not one token', () => {
    const decoded = decodePlain('{"model_name":"m","text_output":"abc"}');
    expect(decoded).toMatchObject({ outcome: 'ok', outputTokens: undefined, outputTokensSource: 'unavailable' });
  });

  it('the message of a refusal whose body is an event', () => {
    expect(decodePlain('data: {"error":"engine failed"}\n\n', 400)).toMatchObject({
      code: 'HTTP_400',
      message: 'engine failed',
    });
  });

  it('a body that is no response', () => {
    expect(decodePlain('').code).toBe('STREAM_EMPTY');
    expect(decodePlain('{"model_name":"m","model_version":"1"}').code).toBe('STREAM_EMPTY');
    expect(decodePlain('{"model_name":"m","text_output":[]}').code).toBe('STREAM_EMPTY');
    expect(decodePlain('{"model_name":"m","text_output":""}').outcome).toBe('ok');
    expect(decodePlain('{"model_name":"m","TEXT":"a"}').outcome).toBe('ok');
    expect(decodePlain('{"choices":[]}').code).toBe('STREAM_MALFORMED');
    expect(decodePlain('<html>').code).toBe('ERROR_BODY');
  });
});
