import type { RequestSample } from '@assay/loadgen';
import { expect, test } from 'vitest';
import { PLAIN_OPTIONS, textSample } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createResponsesEncoder } from './responses-request.ts';

const options: BackendOptions = {
  ...PLAIN_OPTIONS,
  api: 'responses',
  basePath: '/gateway',
  headers: { authorization: 'Bearer k' },
};
const sample: RequestSample = textSample('Say hello.', 16);

test('a request asks for a stream, stores nothing and names its limit as the interface does', () => {
  const { path, headers, body } = createResponsesEncoder(options, () => ({ ignore_eos: true }))(sample);
  expect(path).toBe('/gateway/v1/responses');
  expect(headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer k' });
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
    model: 'm',
    input: 'Say hello.',
    max_output_tokens: 16,
    temperature: 0,
    store: false,
    stream: true,
    ignore_eos: true,
  });
});

test('token IDs have no place in it', () => {
  const prompt = { kind: 'token-ids', tokenIds: [1, 2] } as const;
  expect(() => createResponsesEncoder(options)({ ...sample, prompt })).toThrow(/no token IDs/);
});
