import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator.ts';

const KEY = 'some-key';
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ face: 'openai', ttftMs: 1, itlMs: 1, apiKey: KEY });
});
afterAll(() => simulator.close());

const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const ask = (path: string, body?: object, headers: Readonly<Record<string, string>> = HEADERS): Promise<Response> =>
  fetch(`${simulator.origin}${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
const keysOf = (value: object): readonly string[] => Object.keys(value).sort();

test('the model list is that of the reference, and no head names a server', async () => {
  const answer = await ask('/v1/models');
  const { data } = (await answer.json()) as { readonly data: readonly object[] };
  expect(keysOf(data[0] ?? {})).toEqual(['created', 'id', 'object', 'owned_by']);
  expect([...answer.headers.keys()].sort()).toEqual(['content-length', 'content-type', 'date']);
});

test.each(['/version', '/metrics', '/health', '/ping', '/load', '/tokenize', '/info', '/v2', '/props'])(
  'there is no %s',
  async (path) => {
    const answer = await ask(path);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: { message: `Invalid URL (GET ${path})`, type: 'invalid_request_error', param: null, code: null } },
    ]);
  },
);

test.each([
  [
    '/v1/chat/completions',
    { model: 'other', messages: [{ role: 'user', content: 'a' }] },
    404,
    'invalid_request_error',
    'model_not_found',
  ],
  ['/v1/chat/completions', { messages: 5 }, 400, 'invalid_request_error', null],
  ['/v1/embeddings', { model: 'other', input: 'a' }, 404, 'invalid_request_error', 'model_not_found'],
])('%s refuses %o in the words of the reference', async (path, body, status, type, code) => {
  const answer = await ask(path, body);
  expect(answer.status).toBe(status);
  const { error } = (await answer.json()) as { readonly error: object };
  expect(error).toMatchObject({ type, code });
  expect(keysOf(error)).toEqual(['code', 'message', 'param', 'type']);
});

test('a key that is missing or wrong', async () => {
  const answer = await ask('/v1/models', undefined, {});
  expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
});

const MESSAGES = [{ role: 'user', content: 'a b' }];
const CHUNK = ['choices', 'created', 'id', 'model', 'object', 'service_tier', 'system_fingerprint'];

test('a chat stream has the keys of the reference and no more', async () => {
  const body = { messages: MESSAGES, max_tokens: 3, stream: true, stream_options: { include_usage: true } };
  const text = await (await ask('/v1/chat/completions', body)).text();
  const events = text.split('\n\n').filter((line) => line !== '' && line !== 'data: [DONE]');
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  const parsed = events.map((event) => JSON.parse(event.slice(6)) as { choices: { delta: object }[]; usage?: object });
  for (const event of parsed.slice(0, -1)) {
    expect(keysOf(event)).toEqual(CHUNK);
    expect(keysOf(event.choices[0] ?? {})).toEqual(['delta', 'finish_reason', 'index', 'logprobs']);
  }
  expect(parsed.map(({ choices }) => keysOf(choices[0]?.delta ?? {}).join())).toEqual([
    'content,refusal,role',
    'content',
    'content',
    'content',
    '',
  ]);
  expect(parsed.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
});

test.each([
  ['/v1/chat/completions', { messages: MESSAGES }, 'message'],
  ['/v1/completions', { prompt: 'a b' }, 'text'],
])('a whole answer of %s has the keys of the reference and no more', async (path, body, content) => {
  const answer = (await (await ask(path, { ...body, max_tokens: 3 })).json()) as { choices: object[]; usage: object };
  const tier = content === 'message' ? ['service_tier'] : [];
  expect(keysOf(answer)).toEqual([...CHUNK.filter((key) => key !== 'service_tier'), ...tier, 'usage'].sort());
  expect(keysOf(answer.choices[0] ?? {})).toEqual(['finish_reason', 'index', 'logprobs', content].sort());
  expect(answer.usage).toMatchObject({ completion_tokens: 3 });
});
