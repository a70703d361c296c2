import type { DecodedResponse, RequestSample } from '@assay/loadgen';
import { expect, it } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createVllmBackend } from './vllm-backend.ts';

const options: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'vllm',
  api: 'responses',
  model: 'tiny',
  ignoreEos: true,
};
const sample: RequestSample = textSample('Say hello.', 40);

function read(tokens: number, reason: string | null, from: BackendOptions = options): DecodedResponse {
  const events = [
    { type: 'response.created', response: { status: 'in_progress' } },
    { type: 'response.output_text.delta', delta: 'Hello' },
    {
      type: 'response.completed',
      response: {
        status: reason === null ? 'completed' : 'incomplete',
        incomplete_details: reason === null ? null : { reason },
        usage: { input_tokens: 3, output_tokens: tokens },
      },
    },
  ];
  const decoder = createVllmBackend(from).createDecoder(sample);
  decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]), 0);
  for (const event of events) {
    const bytes = new TextEncoder().encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    decoder.onBody(bytes, 0, bytes.length, 1);
  }
  return decoder.finish({ kind: 'complete' });
}

it('an answer of forced length that ends before it was broken off', () => {
  expect(read(8, null)).toMatchObject({ outcome: 'protocol', code: 'SERVER_ABORTED' });
  expect(read(8, null).message).toContain('8 of 40');
});

it('one that has its length, or no more room, is good', () => {
  expect(read(40, 'max_output_tokens').outcome).toBe('ok');
  expect(read(8, 'max_output_tokens').outcome).toBe('ok');
});

it('one that may end by itself is good at any length', () => {
  expect(read(8, null, { ...options, ignoreEos: false }).outcome).toBe('ok');
});
