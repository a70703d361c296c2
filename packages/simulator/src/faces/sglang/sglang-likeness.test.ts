import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

// No server was recorded: names and their order are those of the source of sglang 0.5.23. For the native interface that is
// `TokenizerManager._handle_batch_output` (srt/managers/tokenizer_manager.py), `FINISH_*` (srt/managers/schedule_batch.py) and
// `serve_generate_request` (srt/entrypoints/http_server.py); for OpenAI's interfaces srt/entrypoints/openai/{sse_utils,protocol}.py;
// for metrics srt/observability/metrics_collector.py.

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    face: 'sglang',
    model: 'm',
    maxModelLength: 64,
    ttftMs: 1,
    itlMs: 0.2,
    answerTokens: 4,
  });
});
afterAll(() => simulator.close());

const META = ['id', 'finish_reason', 'prompt_tokens', 'weight_version', 'num_retractions', 'reasoning_tokens'];
const COUNTS = ['completion_tokens', 'cached_tokens'];
const USAGE = ['prompt_tokens', 'total_tokens', 'completion_tokens', 'prompt_tokens_details', 'reasoning_tokens'];
const NATIVE = { text: 'Say hello.', sampling_params: { temperature: 0, max_new_tokens: 8 } };
const CHAT = { model: 'm', messages: [{ role: 'user', content: 'Say hello.' }], temperature: 0 };
const WITH_USAGE = { stream: true, stream_options: { include_usage: true } };

type Json = Record<string, unknown>;

const jsonOf = ({ body }: RawAnswer): Json[] => {
  const events = eventsOf(body);
  expect(events.at(-1)).toBe('[DONE]');
  return events.slice(0, -1).map((data) => JSON.parse(data) as Json);
};
const keys = (value: unknown): string[] => Object.keys(value as Json);
const choiceOf = (event: Json | undefined): Json => (event?.['choices'] as Json[] | undefined)?.[0] ?? {};

describe('the native interface', () => {
  test('every event repeats text and token IDs, and counts up to the end token', async () => {
    const answer = await ask(simulator, 'POST', '/generate', { ...NATIVE, stream: true });
    expect(answer.head).toContain('content-type: text/event-stream; charset=utf-8');
    const events = jsonOf(answer);
    expect(events.map(keys)).toEqual(events.map(() => ['text', 'output_ids', 'meta_info']));
    const metas = events.map(({ meta_info: meta }) => meta as Json);
    expect(keys(metas[0])).toEqual([...META, ...COUNTS]);
    expect(keys(metas.at(-1))).toEqual([...META, ...COUNTS, 'e2e_latency']);
    expect(metas.map((meta) => meta['completion_tokens'])).toEqual([1, 2, 3, 4]);
    expect(events.map(({ output_ids: ids }) => (ids as number[]).length)).toEqual([1, 2, 3, 4]);
    const texts = events.map(({ text }) => String(text));
    for (const [at, text] of texts.entries()) expect(text.startsWith(texts[at - 1] ?? '')).toBe(true);
    expect(texts[3]).toBe(texts[2]);
    expect(metas.map((meta) => meta['finish_reason'])).toEqual([null, null, null, { type: 'stop', matched: 2 }]);
  });

  test('a body, and one per prompt of a list', async () => {
    const plain = { ...NATIVE, sampling_params: { max_new_tokens: 2 } };
    const one = JSON.parse((await ask(simulator, 'POST', '/generate', plain)).body) as Json;
    expect(keys(one)).toEqual(['text', 'output_ids', 'meta_info']);
    expect((one['meta_info'] as Json)['finish_reason']).toEqual({ type: 'length', length: 2 });
    const list = await ask(simulator, 'POST', '/generate', { ...plain, text: ['a', 'b'] });
    expect(JSON.parse(list.body)).toHaveLength(2);
    const streamed = jsonOf(await ask(simulator, 'POST', '/generate', { ...plain, text: ['a', 'b'], stream: true }));
    expect(new Set(streamed.map(({ index }) => index))).toEqual(new Set([0, 1]));
  });

  test.each([
    ['neither text nor IDs', { sampling_params: {} }],
    ['too long a prompt', { input_ids: Array(70).fill(5) }],
    ['too many tokens', { ...NATIVE, sampling_params: { max_new_tokens: 100 } }],
    ['a number that is none', { ...NATIVE, sampling_params: { max_new_tokens: -1 } }],
  ])('%s: an event under 200 when streamed, else 400', async (_name, body) => {
    const streamed = await ask(simulator, 'POST', '/generate', { ...body, stream: true });
    expect(streamed.status).toBe(200);
    const [event] = jsonOf(streamed);
    expect(keys(event?.['error'])).toEqual(['message', 'type', 'code', 'retryable']);
    const plain = await ask(simulator, 'POST', '/generate', body);
    expect([plain.status, keys(JSON.parse(plain.body).error)]).toEqual([400, ['message']]);
  });
});

describe("OpenAI's interfaces", () => {
  test('chat: role, content, finish, usage', async () => {
    const events = jsonOf(await ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, ...WITH_USAGE }));
    expect(events.slice(0, -1).map(keys)).toEqual(
      events.slice(1).map(() => ['id', 'object', 'created', 'model', 'choices']),
    );
    const choices = events.slice(0, -1).map(choiceOf);
    expect(keys(choices[0])).toEqual(['index', 'delta', 'logprobs', 'finish_reason', 'matched_stop']);
    expect(choices[0]?.['delta']).toEqual({ reasoning_content: null, role: 'assistant', content: '' });
    expect(choices.at(-1)).toMatchObject({
      delta: { reasoning_content: null },
      finish_reason: 'stop',
      matched_stop: 2,
    });
    expect(keys(events.at(-1)?.['usage'])).toEqual([...USAGE, 'completion_tokens_details']);
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
  });

  test('completions: usage null until an event of its own; the finish event holds the last text', async () => {
    const body = { model: 'm', prompt: 'Say hello.', max_tokens: 3, ignore_eos: true, ...WITH_USAGE };
    const events = jsonOf(await ask(simulator, 'POST', '/v1/completions', body));
    expect(events.slice(0, -1).map(({ usage }) => usage)).toEqual([null, null, null]);
    expect(keys(choiceOf(events[0]))).toEqual(['index', 'text', 'logprobs', 'finish_reason', 'matched_stop']);
    expect(choiceOf(events[2])).toMatchObject({ finish_reason: 'length', matched_stop: null });
    expect(choiceOf(events[2])['text']).not.toBe('');
    expect(keys(events.at(-1)?.['usage'])).toEqual(USAGE.filter((key) => key !== 'prompt_tokens_details'));
  });

  test('bodies', async () => {
    const chat = JSON.parse((await ask(simulator, 'POST', '/v1/chat/completions', CHAT)).body) as Json;
    expect(keys(chat)).toEqual(['id', 'object', 'created', 'model', 'choices', 'usage', 'metadata']);
    expect(choiceOf(chat)['message']).toMatchObject({ role: 'assistant', reasoning_content: null });
    const completion = { model: 'other', prompt: [5, 6, 7] };
    const text = JSON.parse((await ask(simulator, 'POST', '/v1/completions', completion)).body) as Json;
    expect(text).toMatchObject({ model: 'other', object: 'text_completion', usage: { prompt_tokens: 3 } });
  });

  test.each([
    ['/v1/chat/completions', { model: 'm' }, 'Bad Request'],
    ['/v1/chat/completions', { model: 'm', messages: [] }, 'BadRequestError'],
    ['/v1/chat/completions', { ...CHAT, max_tokens: 100, stream: true }, 'BadRequest'],
    ['/v1/completions', { model: 'm', prompt: '' }, 'BadRequestError'],
    ['/v1/completions', '{"model": ', 'Bad Request'],
    ['/generate', '{"text": ', 'Bad Request'],
  ])('%s refuses %j', async (path, body, type) => {
    const answer = await ask(simulator, 'POST', path, body);
    expect(answer.status).toBe(400);
    const error = JSON.parse(answer.body) as Json;
    expect(keys(error)).toEqual(['object', 'message', 'type', 'param', 'code']);
    expect(error).toMatchObject({ object: 'error', type, param: null, code: 400 });
  });
});

describe('the server', () => {
  test.each(['/health', '/health_generate', '/ready'])('%s is empty', async (path) => {
    expect(await ask(simulator, 'GET', path)).toMatchObject({ status: 200, body: '' });
  });

  test('its key is not asked for by probes and metrics', async () => {
    const guarded = await startSimulator({ face: 'sglang', apiKey: 'k' });
    const statuses = [];
    for (const path of ['/health', '/metrics', '/v1/models', '/server_info'])
      statuses.push((await ask(guarded, 'GET', path)).status);
    const refused = await ask(guarded, 'POST', '/generate', NATIVE);
    const served = await ask(guarded, 'GET', '/v1/models', undefined, { headers: 'authorization: Bearer k\r\n' });
    await guarded.close();
    expect(statuses).toEqual([200, 200, 401, 401]);
    expect([refused.body, served.status]).toEqual(['{"error":"Unauthorized"}', 200]);
  });

  test('names itself', async () => {
    const models = JSON.parse((await ask(simulator, 'GET', '/v1/models')).body) as { data: Json[] };
    expect(keys(models.data[0])).toEqual(['id', 'object', 'created', 'owned_by', 'root', 'parent', 'max_model_len']);
    expect(models.data[0]).toMatchObject({ id: 'm', owned_by: 'sglang', max_model_len: 64 });
    for (const path of ['/server_info', '/get_server_info'])
      expect(JSON.parse((await ask(simulator, 'GET', path)).body)).toMatchObject({
        context_length: 64,
        frontend: 'python',
      });
    for (const path of ['/model_info', '/get_model_info'])
      expect(JSON.parse((await ask(simulator, 'GET', path)).body)).toMatchObject({ served_model_name: 'm' });
  });

  test('its totals: series appear with their first sample, streamed and whole answers apart', async () => {
    const fresh = await startSimulator({ face: 'sglang', model: 'm', ttftMs: 1, itlMs: 0.2 });
    const before = (await ask(fresh, 'GET', '/metrics')).body;
    await ask(fresh, 'POST', '/generate', NATIVE);
    await ask(fresh, 'POST', '/generate', { ...NATIVE, stream: true });
    const after = (await ask(fresh, 'GET', '/metrics')).body;
    await fresh.close();
    expect(before).toContain('sglang:num_running_reqs{engine_type="unified",model_name="m"} 0.0');
    expect(before).not.toContain('_total');
    for (const isStreaming of [true, false]) {
      const labels = `{engine_type="unified",is_streaming="${isStreaming}",model_name="m"}`;
      expect(after).toContain(`sglang:generation_tokens_total${labels} 8.0`);
      expect(after).toContain(`sglang:num_requests_total${labels} 1.0`);
      expect(after).toContain(`sglang:e2e_request_latency_seconds_count${labels} 1.0`);
    }
    expect(after).toContain('sglang:inter_token_latency_seconds_count{engine_type="unified",model_name="m"} 14.0');
  });
});
