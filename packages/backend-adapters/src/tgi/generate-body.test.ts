import type { BodyEnd, DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { type ReadWhole, WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { readTgiPlain } from './generate-body.ts';
import { readTgiOpenAiPlain } from './openai-body.ts';

const encoder = new TextEncoder();
const COMPLETE: BodyEnd = { kind: 'complete' };

function decode(
  read: ReadWhole,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): DecodedResponse {
  const decoder = new WholeBodyDecoder(read);
  decoder.onHeaders(status, new Map(Object.entries(headers)));
  const bytes = encoder.encode(body);
  decoder.onBody(bytes, 0, bytes.length, 5);
  return decoder.finish(COMPLETE);
}

const plain = (body: unknown, headers?: Readonly<Record<string, string>>): DecodedResponse =>
  decode(readTgiPlain, JSON.stringify(body), headers);

const details = (tokens: number, listed: number): object => ({
  finish_reason: 'length',
  generated_tokens: tokens,
  tokens: Array.from({ length: listed }, (_, id) => ({ id })),
});

describe('bodies of /generate', () => {
  it('every source that counts is kept: details, header, listed tokens', () => {
    const headers = { 'x-generated-tokens': '2', 'x-prompt-tokens': '3', 'x-queue-time': '7', 'x-total-time': '9' };
    expect(plain({ generated_text: 'ab', details: details(2, 2) }, headers)).toMatchObject({
      outcome: 'ok',
      outputTokens: 2,
      outputTokensSource: 'usage',
      finishReason: 'length',
      usage: { promptTokens: 3, completionTokens: 2, cachedTokens: undefined },
      tokenCounts: [
        { source: 'usage', tokens: 2 },
        { source: 'server-timings', tokens: 2 },
        { source: 'token-ids', tokens: 2 },
      ],
      serverTimes: { queueMs: 7, totalMs: 9, prefillMs: undefined, decodeMs: undefined },
    });
  });

  it('headers that are no numbers count nothing', () => {
    const decoded = plain({ generated_text: 'a' }, { 'x-generated-tokens': 'many', 'x-queue-time': '-1' });
    expect(decoded).toMatchObject({ outcome: 'ok', outputTokens: undefined, outputTokensSource: 'unavailable' });
    expect(decoded.usage).toBeUndefined();
    expect(decoded.serverTimes).toBeUndefined();
  });

  it.each([
    ['text and no token', { generated_text: 'a', details: details(0, 0) }, 'USAGE_MISMATCH'],
    ['fewer tokens than are listed', { generated_text: 'ab', details: details(1, 2) }, 'USAGE_MISMATCH'],
    ['an error', { error: 'boom', error_type: 'generation' }, 'ERROR_BODY'],
    ['something else', { choices: [] }, 'STREAM_MALFORMED'],
    ['a number', 5, 'STREAM_MALFORMED'],
  ])('%s under 200 is no success', (_, body, code) => {
    const decoded = plain(body);
    expect(decoded.outcome).toBe('protocol');
    expect(decoded.code).toBe(code);
  });

  it.each([
    ['', 'STREAM_EMPTY'],
    ['<html>', 'ERROR_BODY'],
    ['{"generated_text":"a', 'STREAM_MALFORMED'],
  ])('%j under 200 is no success', (body, code) => {
    expect(decode(readTgiPlain, body).code).toBe(code);
  });

  it('says what a refusal says, object or plain text', () => {
    const refused = decode(readTgiPlain, '{"error":"too long","error_type":"validation"}', {}, 422);
    expect(refused).toMatchObject({ outcome: 'http', code: 'HTTP_422', message: 'too long' });
    const text = decode(readTgiPlain, 'Failed to parse', {}, 400);
    expect(text).toMatchObject({ outcome: 'http', code: 'HTTP_400', message: 'Failed to parse' });
  });
});

describe('OpenAI bodies', () => {
  const body = (tokens: number): string =>
    JSON.stringify({
      choices: [{ index: 0, text: 'a', finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: tokens },
    });

  it('counts that agree come from usage', () => {
    expect(decode(readTgiOpenAiPlain, body(2), { 'x-generated-tokens': '2' })).toMatchObject({
      outputTokens: 2,
      outputTokensSource: 'usage',
      tokenCounts: [
        { source: 'usage', tokens: 2 },
        { source: 'server-timings', tokens: 2 },
      ],
    });
  });

  it('where they differ the header is right', () => {
    expect(decode(readTgiOpenAiPlain, body(2), { 'x-generated-tokens': '5' })).toMatchObject({
      outputTokens: 5,
      outputTokensSource: 'server-timings',
      usage: { completionTokens: 2 },
    });
  });

  it('without the header there is usage alone', () => {
    const decoded = decode(readTgiOpenAiPlain, body(2));
    expect(decoded).toMatchObject({ outputTokens: 2, outputTokensSource: 'usage' });
    expect(decoded.tokenCounts).toBeUndefined();
  });
});
