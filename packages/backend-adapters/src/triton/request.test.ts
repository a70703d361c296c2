import type { RequestSample } from '@assay/loadgen';
import { codeThrownBy } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const OPTIONS: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'triton',
  api: 'native',
  model: 'my model',
  basePath: '/gateway',
  headers: { authorization: 'Bearer k' },
};
const SAMPLE: RequestSample = textSample('Grüße "x"', 6);

const encode = (options: Partial<BackendOptions>, sample: Partial<RequestSample> = {}) => {
  const request = createBackend({ ...OPTIONS, ...options }).encode({ ...SAMPLE, ...sample });
  return { ...request, body: JSON.parse(new TextDecoder().decode(request.body)) as Record<string, unknown> };
};

describe('requests of the generate extension', () => {
  it('carry the names of every backend', () => {
    const { path, headers, body } = encode({});
    expect(path).toBe('/gateway/v2/models/my%20model/generate_stream');
    expect(headers['authorization']).toBe('Bearer k');
    expect(body).toEqual({
      text_input: 'Grüße "x"',
      max_tokens: 6,
      sampling_param_max_tokens: 6,
      sampling_parameters: '{"temperature":0,"max_tokens":6}',
      stream: true,
      streaming: true,
      exclude_input_in_output: true,
      sampling_param_exclude_input_from_output: true,
      return_finish_reason: true,
      return_num_input_tokens: true,
      return_num_output_tokens: true,
    });
  });

  it('hold no fraction, null or list at the top level, which older servers refuse as parameters', () => {
    for (const value of Object.values(encode({ ignoreEos: true }).body))
      expect(typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value)).toBe(true);
  });

  it('not streamed, without a limit', () => {
    const { path, body } = encode({ isStreaming: false }, { maxOutputTokens: undefined });
    expect(path).toBe('/gateway/v2/models/my%20model/generate');
    expect(body).toMatchObject({ stream: false, sampling_parameters: '{"temperature":0}' });
    expect(Object.keys(body)).not.toContain('max_tokens');
  });

  it('exact lengths', () => {
    const { body } = encode({ ignoreEos: true });
    expect(body['min_tokens']).toBe(6);
    expect(JSON.parse(String(body['sampling_parameters']))).toEqual({
      temperature: 0,
      max_tokens: 6,
      ignore_eos: true,
      min_tokens: 6,
    });
  });

  it('refuse what the extension cannot say', async () => {
    const tokenIds = { kind: 'token-ids', tokenIds: [1, 2] } as const;
    expect(await codeThrownBy(() => encode({}, { prompt: tokenIds }))).toBe('PROMPT_KIND_UNSUPPORTED');
    expect(await codeThrownBy(() => createBackend({ ...OPTIONS, api: 'responses' }))).toBe('API_UNSUPPORTED');
  });

  it('chat and completions are those of the OpenAI frontend', () => {
    expect(encode({ api: 'chat' }).path).toBe('/gateway/v1/chat/completions');
  });
});
