import type { FetchText } from '@assay/loadgen';
import { expect, test } from 'vitest';
import { identifyServer } from './identify-server.ts';

/** Answers of a server by path; any other path is 404. */
const serverOf =
  (bodies: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}): FetchText =>
  async ({ path }) => ({
    status: path in bodies ? 200 : 404,
    headers: new Map(Object.entries(headers)),
    body: path in bodies ? JSON.stringify(bodies[path]) : '{"detail":"Not Found"}',
  });

const list = (owner: string): unknown => ({ object: 'list', data: [{ id: 'm', object: 'model', owned_by: owner }] });
const OPTIONS = { basePath: '', headers: {}, timeoutMs: 1000 };

test.each([
  ['tgi', '3.3.6-dev0', serverOf({ '/info': { router: 'text-generation-router', version: '3.3.6-dev0' } })],
  ['triton', '2.51.0', serverOf({ '/v2': { name: 'triton', version: '2.51.0', extensions: [] } })],
  ['kserve', '0.21.0', serverOf({ '/v2': { name: 'kserve', version: '0.21.0', extensions: [] } })],
  ['llama-cpp', undefined, serverOf({ '/v1/models': list('llamacpp') }, { server: 'llama.cpp' })],
  ['llama-cpp', 'b1-c', serverOf({ '/props': { default_generation_settings: {}, build_info: 'b1-c' } })],
  ['sglang', '0.5.1', serverOf({ '/get_server_info': { model_path: 'm', version: '0.5.1' } })],
  ['vllm', '0.32.0', serverOf({ '/version': { version: '0.32.0' }, '/v1/models': list('vllm') })],
  ['vllm', '0.32.0', serverOf({ '/version': { version: '0.32.0' } })],
])('a server that answers like %s is told, with version %s', async (backend, version, fetchText) => {
  expect(await identifyServer(fetchText, OPTIONS)).toMatchObject({ backend, version });
});

test.each([
  ['an unknown owner', serverOf({ '/version': { version: '1' }, '/v1/models': list('tensorrt_llm') })],
  ['no answer at all', (() => Promise.reject(new Error('closed'))) as FetchText],
  ['lists instead of objects', serverOf({ '/info': [], '/v2': null, '/version': 'x' })],
])('%s is no sign', async (_, fetchText) => {
  expect(await identifyServer(fetchText, OPTIONS)).toBeUndefined();
});
