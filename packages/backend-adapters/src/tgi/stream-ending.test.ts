import type { DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createBackend } from '../create-backend.ts';

type Api = 'chat' | 'completions';

/** Events as `router/src/server.rs` of v2.1.1 writes them: no usage, no terminator, and no reason on completions. */
const CHUNK = { id: '', created: 1, model: 'm', system_fingerprint: '2.1.1-sha-4dfdb48' };
const chat = (content: string, reason: string | null): object => ({
  object: 'chat.completion.chunk',
  ...CHUNK,
  choices: [{ index: 0, delta: { role: 'assistant', content }, logprobs: null, finish_reason: reason }],
});
const completion = (text: string): object => ({
  object: 'text_completion',
  ...CHUNK,
  choices: [{ index: 0, text, logprobs: null, finish_reason: '' }],
});
const EVENTS: Readonly<Record<Api, readonly object[]>> = {
  chat: [chat('a', null), chat(' b', null), chat('', 'eos_token')],
  completions: [completion('a'), completion(' b'), completion('</s>')],
};
const FAILURE = { error: 'Request failed during generation: out of memory', error_type: 'generation' };

const DONE = 'data:[DONE]\n\n';
const framed = (text: string): string =>
  `transfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const unframed = (text: string): string => `\r\n${text}`;

function decode(
  version: string | undefined,
  api: Api,
  { events = EVENTS[api], end = '', frame = framed, cutBytes = 0 },
): DecodedResponse {
  const text = events.map((event) => `data:${JSON.stringify(event)}\n\n`).join('') + end;
  const bytes = new TextEncoder().encode(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${frame(text)}`);
  const backend = createBackend({
    ...PLAIN_OPTIONS,
    backend: 'tgi',
    api,
    verifyStream: true,
    serverVersion: version,
  });
  return decodeBytes(bytes.subarray(0, bytes.length - cutBytes), backend.createDecoder(), 50);
}

describe('streams of the OpenAI routes of TGI', () => {
  it.each([
    ['2.0.0', 'chat', '', undefined],
    ['2.1.1', 'chat', '', undefined],
    ['2.1.1', 'completions', '', undefined],
    ['2.1.2-dev0', 'chat', DONE, undefined],
    ['2.2.0', 'chat', '', 'STREAM_TRUNCATED'],
    ['2.2.0', 'chat', DONE, undefined],
    ['2.2.0', 'completions', DONE, undefined],
    ['2.2.0', 'completions', '', 'STREAM_TRUNCATED'],
    ['2.3.0', 'completions', DONE, 'STREAM_TRUNCATED'],
    ['3.3.6-dev0', 'chat', '', 'STREAM_TRUNCATED'],
    [undefined, 'chat', '', 'STREAM_TRUNCATED'],
    ['sha-abc', 'chat', '', 'STREAM_TRUNCATED'],
  ] as const)('%s, %s, then %j: %s', (version, api, end, code) => {
    expect(decode(version, api, { end }).code).toBe(code);
  });

  it('that lack the end are no less strict about everything else', () => {
    expect(decode('2.1.1', 'chat', { events: EVENTS.chat.slice(0, 2) }).code).toBe('STREAM_TRUNCATED');
    expect(decode('2.1.1', 'chat', { events: [...EVENTS.chat.slice(0, 2), FAILURE] })).toMatchObject({
      code: 'STREAM_ERROR_EVENT',
      message: FAILURE.error,
    });
    expect(decode('2.1.1', 'completions', { events: [FAILURE] }).code).toBe('STREAM_ERROR_EVENT');
    expect(decode('2.1.1', 'chat', { events: [] }).code).toBe('STREAM_EMPTY');
    expect(decode('2.1.1', 'chat', { events: [...EVENTS.chat.slice(0, 2), chat('', 'error')] }).code).toBe(
      'SERVER_ABORTED',
    );
    expect(decode('2.1.1', 'completions', { end: 'data:{"choi' }).code).toBe('STREAM_TRUNCATED');
    // Without chunks nothing but a finish reason tells an end from a broken connection.
    expect(decode('2.1.1', 'completions', { frame: unframed }).code).toBe('STREAM_TRUNCATED');
    expect(decode('2.1.1', 'chat', { frame: unframed }).code).toBeUndefined();
  });

  it.each(['chat', 'completions'] as const)('no prefix of %s is a success', (api) => {
    for (let cutBytes = 1; cutBytes < 400; cutBytes += 1) {
      expect(decode('2.1.1', api, { cutBytes }).outcome, `cut by ${cutBytes}`).not.toBe('ok');
    }
  });

  it('the reason is in the record where there is one, and events are counted as such', () => {
    expect(decode('2.1.1', 'chat', {})).toMatchObject({
      finishReason: 'eos_token',
      outputTokens: 2,
      outputTokensSource: 'event-count',
    });
    expect(decode('2.1.1', 'completions', {})).toMatchObject({ finishReason: undefined, outputTokens: 3 });
  });
});
