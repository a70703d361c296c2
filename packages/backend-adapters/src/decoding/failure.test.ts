import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const REASONS = ['abort', 'error', 'cancelled', 'canceled', 'timeout', 'ABORT'];

const chat = (reason: string): string =>
  [
    { choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: reason }] },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .join('');

const answers: readonly (readonly [
  backend: BackendOptions['backend'],
  api: BackendOptions['api'],
  isStreaming: boolean,
  body: (reason: string) => string,
])[] = [
  ['openai', 'chat', true, (reason) => `${chat(reason)}data: [DONE]\n\n`],
  [
    'openai',
    'chat',
    false,
    (reason) => JSON.stringify({ choices: [{ index: 0, message: { content: 'a' }, finish_reason: reason }] }),
  ],
  [
    'openai',
    'responses',
    false,
    (reason) =>
      JSON.stringify({ object: 'response', status: 'incomplete', incomplete_details: { reason }, output: [] }),
  ],
  ['triton', 'native', false, (reason) => JSON.stringify({ model_name: 'm', text_output: 'a', finish_reason: reason })],
  [
    'triton',
    'native',
    true,
    (reason) => `data: ${JSON.stringify({ model_name: 'm', text_output: 'a', finish_reason: reason })}\n\n`,
  ],
  [
    'sglang',
    'native',
    false,
    (reason) => JSON.stringify({ text: 'a', meta_info: { finish_reason: { type: reason } } }),
  ],
  [
    'kserve',
    'native',
    false,
    (reason) => {
      const output = { shape: [1], datatype: 'BYTES' };
      return JSON.stringify({
        outputs: [
          { ...output, name: 'text_output', data: ['a'] },
          { ...output, name: 'finish_reason', data: [reason] },
        ],
      });
    },
  ],
  [
    'tgi',
    'native',
    false,
    (reason) => JSON.stringify({ generated_text: 'a', details: { finish_reason: reason, generated_tokens: 1 } }),
  ],
];

describe.each(answers)('%s %s, streamed: %s', (backend, api, isStreaming, body) => {
  it.each(REASONS)('finish reason %s is a breaking off', (reason) => {
    const decoder = createBackend({ ...PLAIN_OPTIONS, backend, api, model: 'm', isStreaming }).createDecoder();
    const text = body(reason);
    const type = isStreaming ? 'text/event-stream' : 'application/json';
    const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
    expect(decodeBytes(Buffer.from(head + text), decoder, 13).code).toBe('SERVER_ABORTED');
  });
});
