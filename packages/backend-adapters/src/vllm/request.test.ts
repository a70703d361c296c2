import type { RequestSample } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createVllmBackend } from './vllm-backend.ts';

const sample: RequestSample = textSample('Say hello.', 16);

function bodyOf(more: Partial<BackendOptions>, request: RequestSample = sample): Record<string, unknown> {
  const { body } = createVllmBackend({
    ...PLAIN_OPTIONS,
    backend: 'vllm',
    api: 'completions',
    ignoreEos: true,
    ...more,
  }).encode(request);
  return JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
}

const usage = { include_usage: true };

describe('requests to vLLM', () => {
  it.each([
    ['exact lengths', {}, { ignore_eos: true, min_tokens: 16, max_tokens: 16, stream_options: usage }],
    ['no exact lengths', { ignoreEos: false }, { ignore_eos: undefined, min_tokens: undefined, max_tokens: 16 }],
    [
      'usage in every event',
      { tokensPerEvent: 'continuous-usage' },
      { stream_options: { include_usage: true, continuous_usage_stats: true } },
    ],
    ['token IDs in every event', { tokensPerEvent: 'token-ids' }, { return_token_ids: true, stream_options: usage }],
    [
      'no stream, no options of one',
      { tokensPerEvent: 'continuous-usage', isStreaming: false },
      { stream: undefined, stream_options: undefined },
    ],
    [
      'token IDs of a whole answer',
      { tokensPerEvent: 'token-ids', isStreaming: false },
      { return_token_ids: true, stream_options: undefined },
    ],
    ['salt and priority', { cacheSalt: 'run-7', priority: -1 }, { cache_salt: 'run-7', priority: -1 }],
    [
      'responses know no minimum and no options of streams, and list tokens by their log-probabilities',
      { api: 'responses', tokensPerEvent: 'continuous-usage' },
      {
        max_output_tokens: 16,
        ignore_eos: true,
        min_tokens: undefined,
        stream_options: undefined,
        include: ['message.output_text.logprobs'],
        top_logprobs: 0,
      },
    ],
  ] as const)('%s', (_name, more, expected) => {
    const body = bodyOf(more);
    for (const [field, value] of Object.entries(expected)) expect(body[field], field).toEqual(value);
  });

  it('forces no length where none is asked for, or where the answer must end by itself', () => {
    const { maxOutputTokens: _, ...open } = sample;
    expect(bodyOf({}, { ...open, maxOutputTokens: undefined })['ignore_eos']).toBeUndefined();
    const formed = bodyOf({ api: 'chat' }, { ...sample, responseFormat: { kind: 'json-object' } });
    expect([formed['ignore_eos'], formed['min_tokens'], formed['max_tokens']]).toEqual([undefined, undefined, 16]);
  });

  it('sends token IDs as they are', () => {
    expect(bodyOf({}, { ...sample, prompt: { kind: 'token-ids', tokenIds: [5, 6, 7] } })['prompt']).toEqual([5, 6, 7]);
  });
});
