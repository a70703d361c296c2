import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestRecord, RunDocument } from '@assay/contracts';
import { beforeEach, expect, test } from 'vitest';
import { detectBackend } from '../src/run/detect-backend.ts';
import { assay, type Ended, startSim, temporaryFolder } from './assay.ts';
import { sendChat, startScripted } from './scripted-server.ts';

const SHORT = ['--requests', '4', '--input-tokens', '300', '--output-tokens', '4'] as const;
const QUICK = { ttftMs: 2, itlMs: 1 } as const;

let out = '';
beforeEach(() => {
  out = join(temporaryFolder(), 'run');
});

const run = (target: string, ...args: readonly string[]): Promise<Ended> =>
  assay('run', '--target', target, ...SHORT, ...args, '--out', out);
const document = (): RunDocument => JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunDocument;
const inputTokens = (): readonly unknown[] =>
  readFileSync(join(out, 'requests.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as RequestRecord).inputTokens);

test('a recognised server gets its adapter, and with it prompts of exact length', async () => {
  const ended = await run(await startSim(QUICK));
  expect(ended.stderr).toMatch(/^the server is vLLM .*--backend openai turns off$/m);
  expect(document()).toMatchObject({ config: { backend: 'vllm', api: 'chat' }, origins: { backend: 'detected' } });
  expect(document().origins['api']).toBe('default');
  expect(inputTokens()).toEqual([300, 300, 300, 300]);
});

test('--backend openai turns that off', async () => {
  const ended = await run(await startSim(QUICK), '--backend', 'openai');
  expect(ended.stderr).toContain('--backend vllm knows more about it');
  expect(document()).toMatchObject({ config: { backend: 'openai' }, origins: { backend: 'flag' } });
});

test('a server without a sign of a runtime is sent what --backend openai sends', async () => {
  const chats = {
    '/v1/chat/completions': (_: unknown, response: Parameters<typeof sendChat>[0]) =>
      sendChat(response, [{ content: 'a' }]),
  };
  const plain = await startScripted(chats);
  const ended = await run(plain.target);
  expect(ended.stderr).not.toContain('the server is');
  expect(document()).toMatchObject({ config: { backend: 'openai' }, origins: { backend: 'default' } });
  const named = await startScripted(chats);
  out = join(temporaryFolder(), 'run');
  await run(named.target, '--backend', 'openai');
  expect(plain.bodies).toEqual(named.bodies);
});

const endpoint = { target: '', basePath: '', transportTarget: { origin: new URL('http://h') }, headers: {} } as never;
const identity = (backend: 'vllm' | 'tgi' | 'triton' | 'kserve') => ({
  backend,
  label: '',
  version: undefined,
  evidence: '',
});
const BOTH = { backend: true, api: true, stream: true } as const;

test.each([
  ['vllm', 'chat', BOTH, { backend: 'vllm', api: 'chat' }],
  ['vllm', 'chat', { ...BOTH, backend: false }, undefined],
  ['kserve', 'chat', BOTH, undefined],
  ['triton', 'chat', BOTH, { backend: 'triton', api: 'native' }],
  ['triton', 'chat', { ...BOTH, api: false }, undefined],
  // TGI has no responses interface: what is there of it is spoken as plain OpenAI.
  ['tgi', 'responses', BOTH, undefined],
] as const)('%s asked for %s with %o open: %o', (backend, api, open, chosen) => {
  const config = { backend: 'openai', api } as const;
  const found = detectBackend({ identity: identity(backend), config, open, endpoint, isAnswered: true });
  expect(found).toEqual(chosen);
});

const V1 = { ...identity('kserve'), api: 'v1' } as const;
test.each([
  // KServe in front of no OpenAI routes: its prefix first, then its own protocols.
  ['openai', 'chat', identity('kserve'), BOTH, { backend: 'kserve', api: 'chat' }],
  ['kserve', 'chat', identity('kserve'), BOTH, { backend: 'kserve', api: 'native', stream: false }],
  ['openai', 'chat', V1, BOTH, { backend: 'kserve', api: 'v1', stream: false }],
  ['kserve', 'native', identity('kserve'), BOTH, undefined],
  ['kserve', 'chat', identity('kserve'), { ...BOTH, api: false }, undefined],
  ['vllm', 'chat', identity('kserve'), { ...BOTH, backend: false }, undefined],
  // A stream that was asked for cannot be had.
  ['kserve', 'chat', identity('kserve'), { ...BOTH, stream: false }, undefined],
] as const)('%s %s without models on %o, open %o: %o', (backend, api, found, open, chosen) => {
  const config = { backend, api, stream: true } as const;
  expect(detectBackend({ identity: found, config, open, endpoint, isAnswered: false })).toEqual(chosen);
});
