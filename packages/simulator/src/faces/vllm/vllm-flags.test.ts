import { expect, test } from 'vitest';
import { ask, eventsOf } from '../../../test/raw-client.ts';
import { startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

const idOf = (head: string): string | undefined => /x-request-id: (.*)/.exec(head)?.[1];

test('every answer has the id of its request in its headers, or one of its own', async () => {
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 0.1, vllm: { hasRequestIdHeaders: true } });
  const headers = 'x-request-id: mine\r\n';
  const body = { prompt: 'x', max_tokens: 2 };
  const heads = await Promise.all([
    ask(simulator, 'POST', '/v1/completions', body, { headers }),
    ask(simulator, 'POST', '/v1/completions', { ...body, stream: true }, { headers }),
    ask(simulator, 'POST', '/v1/completions', { ...body, max_tokens: 0 }, { headers }),
    ask(simulator, 'GET', '/nothing', undefined, { headers }),
  ]);
  const [first, second] = [await ask(simulator, 'GET', '/health'), await ask(simulator, 'GET', '/health')];
  await simulator.close();
  expect(heads.map(({ head }) => idOf(head))).toEqual(['mine', 'mine', 'mine', 'mine']);
  expect(idOf(first.head)).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf(second.head)).not.toBe(idOf(first.head));
});

test('the prefix cache is emptied on demand, but not while a request runs', async () => {
  const simulator = await startSimulator({ engine: 'batching', batching: { stepMs: 1 }, vllm: { isDevMode: true } });
  const complete = async (fields: object = {}): Promise<number> => {
    const body = { prompt: Array(64).fill(7), max_tokens: 2, ...fields };
    const answer = await ask(simulator, 'POST', '/v1/completions', body, { quietMs: 10_000 });
    return JSON.parse(answer.body).usage.prompt_tokens_details.cached_tokens;
  };
  const reset = async (): Promise<string> => (await ask(simulator, 'POST', '/reset_prefix_cache')).body;
  const before = [await complete(), await complete()];
  expect(await reset()).toBe('{"success":true}');
  const after = await complete();
  const running = complete({ max_tokens: 200 });
  await ask(simulator, 'GET', '/health');
  const refused = await reset();
  await running;
  await simulator.close();
  expect(before).toEqual([0, 48]);
  expect(after).toBe(0);
  expect(refused).toBe('{"success":false}');
});

test.each([true, false])(
  'the own times of the server leave its queue out of the first token, streamed %s',
  async (stream) => {
    const truths: TruthRecord[] = [];
    const onTruth = (truth: TruthRecord): unknown => truths.push(truth);
    const options = { ttftMs: 20, itlMs: 20, slots: 1, onTruth, vllm: { hasRequestMetrics: true } };
    const simulator = await startSimulator(options);
    const body = { prompt: 'x', max_tokens: 4, ...(stream ? { stream, stream_options: { include_usage: true } } : {}) };
    const answers = await Promise.all([0, 1].map(() => ask(simulator, 'POST', '/v1/completions', body)));
    const several = await ask(simulator, 'POST', '/v1/completions', { ...body, prompt: ['x', 'y'] });
    await simulator.close();
    const lastOf = (text: string): { readonly metrics?: Record<string, number> | null } =>
      JSON.parse(stream ? (eventsOf(text).at(-2) ?? '') : text);
    const figures = answers.map((answer) => lastOf(answer.body).metrics ?? {});
    const queued = figures.map(({ queue_time_ms: ms = -1 }) => ms).sort((a, b) => a - b);
    expect(queued[0]).toBeLessThan(queued[1] ?? 0);
    // The second one waited for the whole of the first: 20 ms and three gaps of 20 ms. Its first token came later only where a
    // timer was late, and by no wait of that length.
    expect(queued[1]).toBeGreaterThan(70);
    for (const {
      time_to_first_token_ms: first = -1,
      generation_time_ms: rest = -1,
      mean_itl_ms: gap = -1,
    } of figures) {
      expect(first).toBeGreaterThan(15);
      expect(first).toBeLessThan(queued[1] ?? 0);
      expect(gap).toBeCloseTo(rest / 3, 6);
    }
    expect(lastOf(several.body).metrics ?? null).toBeNull();
    expect(truths).toHaveLength(3);
  },
);

test('a server that forces usage has it in every event, and in those of two prompts that of one', async () => {
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 0.1, vllm: { forcesUsage: true } });
  const body = { prompt: ['x', 'y'], max_tokens: 3, stream: true };
  const answer = await ask(simulator, 'POST', '/v1/completions', body);
  await simulator.close();
  const usages = eventsOf(answer.body)
    .slice(0, -1)
    .map((data) => JSON.parse(data).usage.completion_tokens);
  expect(usages.slice(0, -1).sort()).toEqual([1, 1, 2, 2, 3, 3]);
  expect(usages.at(-1)).toBe(6);
});

test('with a reasoning parser, words without think tags are all reasoning, streamed and whole', async () => {
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 0.1, vllm: { hasReasoningParser: true } });
  const body = { messages: [{ role: 'user', content: 'x' }], max_tokens: 3 };
  const whole = JSON.parse((await ask(simulator, 'POST', '/v1/chat/completions', body)).body);
  const streamed = await ask(simulator, 'POST', '/v1/chat/completions', { ...body, stream: true });
  await simulator.close();
  expect(whole.choices[0].message.content).toBeNull();
  expect(whole.choices[0].message.reasoning.split(' ')).toHaveLength(4);
  expect(whole.usage.completion_tokens_details).toEqual({ reasoning_tokens: 3 });
  const deltas = eventsOf(streamed.body)
    .slice(1, -1)
    .map((data) => Object.keys(JSON.parse(data).choices[0].delta));
  expect(deltas).toEqual([['reasoning'], ['reasoning'], ['reasoning']]);
});
