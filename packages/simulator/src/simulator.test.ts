import { afterEach, expect, test } from 'vitest';
import { ask, eventsOf } from '../test/raw-client.ts';
import type { SimulatorOptions } from './options.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import { tokenize } from './tokenizer.ts';
import type { TruthRecord } from './truth.ts';

const running: Simulator[] = [];

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ ttftMs: 2, itlMs: 1, ...options });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const CHAT = { model: 'assay-sim', messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 4 };

function parsed(body: string): { usage?: Record<string, unknown>; choices: Record<string, unknown>[] }[] {
  return eventsOf(body)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));
}

test('streams a role event, content, a finish event, usage and [DONE]', async () => {
  const simulator = await start();
  const answer = await ask(simulator, 'POST', '/v1/chat/completions', {
    ...CHAT,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(answer).toMatchObject({ status: 200, end: 'complete' });
  expect(eventsOf(answer.body).at(-1)).toBe('[DONE]');
  const events = parsed(answer.body);
  expect(events.map((event) => event.choices[0]?.['finish_reason'] ?? null)).toEqual([
    null,
    null,
    null,
    null,
    'length',
    null,
  ]);
  const text = events
    .map((event) => (event.choices[0]?.['delta'] as { content?: string } | undefined)?.content ?? '')
    .join('');
  expect(tokenize(text)).toHaveLength(4);
  expect(events.at(-1)?.usage).toMatchObject({ completion_tokens: 4 });
});

test('continuous usage counts every event; more tokens per event come 1, n, n, rest', async () => {
  const simulator = await start({ tokensPerEvent: 4 });
  const answer = await ask(simulator, 'POST', '/v1/completions', {
    prompt: [1, 2, 3],
    max_tokens: 11,
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
  });
  expect(parsed(answer.body).map((event) => event.usage?.['completion_tokens'])).toEqual([1, 5, 9, 11, 11]);
  expect(parsed(answer.body)[0]?.usage).toMatchObject({ prompt_tokens: 3 });
});

test('a natural end counts an end token without text', async () => {
  const simulator = await start({ answerTokens: 5 });
  const answer = await ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, max_tokens: 50 });
  const body = JSON.parse(answer.body);
  expect(body.choices[0].finish_reason).toBe('stop');
  expect(body.usage.completion_tokens).toBe(5);
  expect(tokenize(body.choices[0].message.content)).toHaveLength(4);
});

test('lengths: ignore_eos, min_tokens, max_completion_tokens', async () => {
  const simulator = await start({ answerTokens: 5, itlMs: 0, ttftMs: 0 });
  const count = async (extra: object): Promise<[number, string]> => {
    const { body } = await ask(simulator, 'POST', '/v1/completions', { prompt: 'x', ...extra });
    const { usage, choices } = JSON.parse(body);
    return [usage.completion_tokens, choices[0].finish_reason];
  };
  expect(await count({ max_tokens: 20, ignore_eos: true })).toEqual([20, 'length']);
  expect(await count({ max_tokens: 20, min_tokens: 9 })).toEqual([9, 'stop']);
  expect(await count({ max_tokens: 20, max_completion_tokens: 3 })).toEqual([3, 'length']);
  expect(await count({})).toEqual([5, 'stop']);
});

test('several prompts are several choices with a summed usage', async () => {
  const simulator = await start();
  const body = { prompt: [' the of', ' and'], max_tokens: 3 };
  const plain = JSON.parse((await ask(simulator, 'POST', '/v1/completions', body)).body);
  expect(plain.choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1]);
  expect(plain.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 6 });
  const streamed = await ask(simulator, 'POST', '/v1/completions', {
    ...body,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(parsed(streamed.body).at(-1)?.usage).toMatchObject({ completion_tokens: 6 });
  expect(streamed.end).toBe('complete');
});

test('the truth agrees with what was sent', async () => {
  const records: TruthRecord[] = [];
  const simulator = await start({ ttftMs: 20, itlMs: 5, onTruth: (record) => records.push(record) });
  const before = process.hrtime.bigint();
  await ask(
    simulator,
    'POST',
    '/v1/chat/completions',
    { ...CHAT, stream: true },
    { headers: 'x-request-id: assay-7\r\n' },
  );
  const [record] = records;
  expect(record).toMatchObject({
    requestIndex: 0,
    id: 'assay-7',
    tokens: 4,
    contentTokens: 4,
    contentEvents: 4,
    status: 200,
    fault: null,
  });
  expect(record).toMatchObject({ expectedCode: null, end: 'complete', finishReason: 'length' });
  const { arrivalNs, headersNs, firstTokenNs, lastTokenNs, endNs } = record!;
  const order = [before, arrivalNs, headersNs!, firstTokenNs!, lastTokenNs!, endNs, process.hrtime.bigint()];
  expect(order).toEqual([...order].sort((a, b) => Number(a - b)));
  expect(Number(firstTokenNs! - arrivalNs) / 1e6).toBeGreaterThanOrEqual(20);
  expect(Number(lastTokenNs! - arrivalNs) / 1e6).toBeGreaterThanOrEqual(35);
});

test('slots, queue and 429', async () => {
  const records: TruthRecord[] = [];
  const simulator = await start({ slots: 1, queueLimit: 1, ttftMs: 30, onTruth: (record) => records.push(record) });
  const answers = await Promise.all([1, 2, 3].map(() => ask(simulator, 'POST', '/v1/chat/completions', CHAT)));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 429]);
  expect(answers.find((answer) => answer.status === 429)?.head).toContain('retry-after: 1');
  expect(simulator.stats()).toMatchObject({
    requests: 3,
    maxInFlight: 3,
    inFlight: 0,
    expectedCodes: { ok: 2, HTTP_429: 1 },
  });
});

test('a client that leaves frees its slot', async () => {
  const records: TruthRecord[] = [];
  const simulator = await start({ slots: 1, ttftMs: 2, itlMs: 1000, onTruth: (record) => records.push(record) });
  await ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, max_tokens: 1000, stream: true }, { quietMs: 400 });
  const next = await ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, max_tokens: 1 });
  expect(next.status).toBe(200);
  expect(records[0]).toMatchObject({ end: 'client-closed', expectedCode: null });
});

test('keep-alive and pipelining answer in order', async () => {
  const simulator = await start();
  let socketData = '';
  const one = (path: string, extra = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${extra}\r\n`;
  await ask(simulator, 'GET', '/health', undefined, {
    onSocket(socket) {
      socket.on('data', (bytes) => {
        socketData += bytes.toString();
      });
    },
  });
  expect(socketData).toContain('200 OK');
  const answer = await ask(simulator, 'GET', '/version', undefined, {
    headers: `\r\n${one('/nothing')}${one('/v1/models', 'connection: close\r\n')}`.slice(0, -2),
  });
  expect(answer.raw.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('a key guards /v1 only', async () => {
  const simulator = await start({ apiKey: 'k' });
  expect((await ask(simulator, 'GET', '/v1/models')).status).toBe(401);
  expect(
    (await ask(simulator, 'GET', '/v1/models', undefined, { headers: 'authorization: Bearer k\r\n' })).status,
  ).toBe(200);
  expect((await ask(simulator, 'GET', '/health')).status).toBe(200);
});

test('tokenize and detokenize agree with the usage of the same prompt', async () => {
  const simulator = await start();
  const chat = JSON.parse((await ask(simulator, 'POST', '/v1/chat/completions', CHAT)).body);
  const { count, tokens } = JSON.parse((await ask(simulator, 'POST', '/tokenize', { messages: CHAT.messages })).body);
  expect(count).toBe(chat.usage.prompt_tokens);
  expect(JSON.parse((await ask(simulator, 'POST', '/detokenize', { tokens })).body).prompt).toContain('Say hello.');
  const text = JSON.parse(
    (await ask(simulator, 'POST', '/tokenize', { prompt: ' thea\n', return_token_strs: true })).body,
  );
  expect(text).toMatchObject({ count: 3, token_strs: [' th', 'ea', '\n'] });
});

test('the batching engine reports cached tokens', async () => {
  const simulator = await start({ engine: 'batching', batching: { stepMs: 1, blockTokens: 4 } });
  const body = { prompt: Array.from({ length: 30 }, (_, k) => k), max_tokens: 2 };
  const cached = async (): Promise<number> => {
    const answer = JSON.parse((await ask(simulator, 'POST', '/v1/completions', body)).body);
    return answer.usage.prompt_tokens_details.cached_tokens;
  };
  expect(await cached()).toBe(0);
  expect(await cached()).toBe(28);
  const { body: page } = await ask(simulator, 'GET', '/metrics');
  expect(page).toContain('vllm:prefix_cache_hits_total{engine="0",model_name="assay-sim"} 28.0');
  expect(page).toContain('vllm:request_success_total{engine="0",finished_reason="length",model_name="assay-sim"} 2.0');
});

test('a closed port refuses, a reopened one serves', async () => {
  const simulator = await start();
  await simulator.closePort();
  expect((await ask(simulator, 'GET', '/health')).end).toBe('reset');
  await simulator.reopenPort();
  expect((await ask(simulator, 'GET', '/health')).status).toBe(200);
});

test('close drains running answers and cuts what is late', async () => {
  const simulator = await start({ ttftMs: 20, itlMs: 5 });
  const answer = ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, stream: true });
  await new Promise((resolve) => setTimeout(resolve, 10));
  await simulator.close({ drainMs: 2000 });
  expect((await answer).end).toBe('complete');
});

test('close without a drain cuts and says so in the truth', async () => {
  const records: TruthRecord[] = [];
  const simulator = await start({ ttftMs: 1, itlMs: 50, onTruth: (record) => records.push(record) });
  const answer = ask(simulator, 'POST', '/v1/chat/completions', { ...CHAT, max_tokens: 100, stream: true });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await simulator.close();
  expect((await answer).end).toBe('fin');
  expect(records[0]).toMatchObject({ end: 'drained', expectedCode: 'STREAM_TRUNCATED' });
  await simulator.close();
});

test('a taken port is a coded error', async () => {
  const { port } = await start();
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'SIM_LISTEN_FAILED' });
  await expect(startSimulator({ ttftMs: -1 })).rejects.toMatchObject({ code: 'SIM_OPTION_INVALID' });
  await expect(startSimulator({ truthFile: '/nowhere/truth.jsonl' })).rejects.toMatchObject({
    code: 'SIM_TRUTH_FAILED',
  });
});
