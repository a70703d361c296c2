import { describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const OPTIONS: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'llama-cpp',
  api: 'native',
};

const NATIVE = 'data: {"content":"a","stop":false}\n\n';
const CHAT = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';
const FINISHED = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const ERROR = 'error: {"code":500,"message":"boom","type":"server_error"}\n\n';
const DONE = 'data: [DONE]\n\n';

function decode(api: BackendOptions['api'], text: string, size: number) {
  const decoder = createBackend({ ...OPTIONS, api }).createDecoder();
  const bytes = new TextEncoder().encode(text);
  decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]), 0);
  for (let at = 0; at < bytes.length; at += size) {
    decoder.onBody(bytes, at, Math.min(bytes.length, at + size), at);
  }
  return decoder.finish({ kind: 'complete' });
}

describe('the error field of older llama.cpp servers', () => {
  it.each([
    ['native', ERROR],
    ['native', NATIVE + ERROR],
    ['chat', ERROR + DONE],
    ['chat', CHAT + ERROR + DONE],
    ['chat', CHAT + FINISHED + ERROR + DONE],
  ] as const)('%s: %j tells why the stream failed, however it is cut', (api, text) => {
    for (const size of [1, 7, text.length]) {
      expect(decode(api, text, size)).toMatchObject({ code: 'STREAM_ERROR_EVENT', message: 'boom' });
    }
  });

  it('a text that is no object is the message', () => {
    expect(decode('chat', `${CHAT}error: gone\n\n${DONE}`, 1)).toMatchObject({ message: 'gone' });
  });

  it('the end of the stream without it is a cut as before', () => {
    expect(decode('chat', CHAT + ERROR.slice(0, 20), 1)).toMatchObject({ code: 'STREAM_TRUNCATED' });
  });
});
