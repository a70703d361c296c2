import { createHttpResponseReader } from '@assay/wire';
import { expect, test } from 'vitest';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

const CASES: readonly (readonly [
  BackendOptions['backend'],
  BackendOptions['api'],
  boolean,
  'v1' | 'v2' | undefined,
])[] = [
  ['triton', 'native', true, undefined],
  ['triton', 'native', false, undefined],
  ['triton', 'chat', true, undefined],
  ['sglang', 'native', true, undefined],
  ['sglang', 'native', false, undefined],
  ['llama-cpp', 'native', true, undefined],
  ['llama-cpp', 'native', false, undefined],
  ['kserve', 'native', false, 'v1'],
  ['kserve', 'native', false, 'v2'],
  ['kserve', 'chat', true, undefined],
  ['kserve', 'completions', false, undefined],
];

test.each(CASES)('the example of %s %s, streamed %s, is a good answer', (name, api, isStreaming, nativeProtocol) => {
  const backend = createBackend({
    backend: name,
    api,
    nativeProtocol,
    model: 'm',
    isStreaming,
    ignoreEos: false,
    includeUsage: true,
    basePath: '',
    headers: {},
    verifyStream: true,
  });
  const example = backend.exampleAnswer?.() ?? new Uint8Array(0);
  const decoder = backend.createDecoder();
  let isComplete = false;
  const reader = createHttpResponseReader({
    onHead: (status, headers) => decoder.onHeaders(status, headers, 0),
    onBody: (bytes, start, end) => decoder.onBody(bytes, start, end, 0),
    onComplete: () => {
      isComplete = true;
    },
    onError: () => undefined,
  });
  reader.reset('POST');
  reader.push(example, 0, example.length);
  expect(isComplete).toBe(true);
  const decoded = decoder.finish({ kind: 'complete' });
  expect(decoded).toMatchObject({ outcome: 'ok', contentEvents: isStreaming ? 6 : 0 });
  if (name !== 'kserve' || api !== 'native') expect(decoded.outputTokens).toBe(6);
});
