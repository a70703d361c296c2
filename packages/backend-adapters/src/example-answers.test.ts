import { expect, test } from 'vitest';
import { decodeBytes } from '../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../test/plain-request.ts';
import type { BackendOptions } from './backend-options.ts';
import { createBackend } from './create-backend.ts';

const CASES: readonly (readonly [BackendOptions['backend'], BackendOptions['api'], boolean])[] = [
  ['triton', 'native', true],
  ['triton', 'native', false],
  ['triton', 'chat', true],
  ['tgi', 'native', true],
  ['tgi', 'native', false],
  ['vllm', 'completions', true],
  ['openai', 'chat', false],
  ['sglang', 'native', true],
  ['sglang', 'native', false],
  ['llama-cpp', 'native', true],
  ['llama-cpp', 'native', false],
  ['kserve', 'v1', false],
  ['kserve', 'native', false],
  ['kserve', 'chat', true],
  ['kserve', 'completions', false],
];

const create = (
  name: BackendOptions['backend'],
  api: BackendOptions['api'],
  isStreaming: boolean,
  tokenizer?: Tokenizer,
) =>
  createBackend({
    ...PLAIN_OPTIONS,
    backend: name,
    api,
    isStreaming,
    verifyStream: true,
    tokenizer,
  });

type Tokenizer = NonNullable<BackendOptions['tokenizer']>;
/** The examples hold six words, each after a blank. */
const WORDS: Tokenizer = { count: (text) => text.split(' ').length - 1 };

const isUncounted = (name: string, api: string): boolean => name === 'kserve' && (api === 'native' || api === 'v1');

test.each(CASES)('the example of %s %s, streamed %s, is a good answer', (name, api, isStreaming) => {
  const backend = create(name, api, isStreaming);
  const decoded = decodeBytes(backend.exampleAnswer?.() ?? new Uint8Array(0), backend.createDecoder(), 64);
  expect(decoded).toMatchObject({ outcome: 'ok', contentEvents: isStreaming ? 6 : 0 });
  if (isUncounted(name, api)) expect(decoded.outputTokensSource).toBe('unavailable');
  else expect(decoded.outputTokens).toBe(6);
});

test.each(CASES)('a tokenizer counts the example of %s %s, streamed %s, too', (name, api, isStreaming) => {
  const backend = create(name, api, isStreaming, WORDS);
  const decoded = decodeBytes(backend.exampleAnswer?.() ?? new Uint8Array(0), backend.createDecoder(), 64);
  const ours = { source: 'retokenised', tokens: 6 };
  if (isUncounted(name, api)) expect(decoded).toMatchObject({ outputTokens: 6, outputTokensSource: 'retokenised' });
  else expect(decoded.tokenCounts).toContainEqual(ours);
});
