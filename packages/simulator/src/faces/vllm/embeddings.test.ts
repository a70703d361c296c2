import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

let simulator: Simulator;
const truths: TruthRecord[] = [];
beforeAll(async () => {
  simulator = await startSimulator({ ttftMs: 1, maxModelLength: 64, onTruth: (record) => truths.push(record) });
});
afterAll(() => simulator.close());

const embed = (body: object): ReturnType<typeof ask> => ask(simulator, 'POST', '/v1/embeddings', body);
const vectorsOf = (body: string): number[][] =>
  JSON.parse(body).data.map(({ embedding }: { embedding: number[] }) => embedding);

test('one unit vector per input, in order, whatever form the inputs have', async () => {
  const { status, body } = await embed({ model: 'assay-sim', input: ['one two', 'three', 'one two'] });
  const [first, second, third] = vectorsOf(body);
  expect(status).toBe(200);
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 5);
  expect(first).toEqual(third);
  expect(first).not.toEqual(second);
  const { object, data, usage } = JSON.parse(body);
  expect(object).toBe('list');
  expect(data.map(({ index, object: kind }: { index: number; object: string }) => [index, kind])).toEqual([
    [0, 'embedding'],
    [1, 'embedding'],
    [2, 'embedding'],
  ]);
  const counted = await ask(simulator, 'POST', '/tokenize', { prompt: 'one two' });
  const alone = JSON.parse((await embed({ input: 'one two' })).body);
  expect(alone.usage).toMatchObject({ prompt_tokens: JSON.parse(counted.body).count, completion_tokens: 0 });
  expect(usage.total_tokens).toBe(usage.prompt_tokens);
  expect(vectorsOf((await embed({ input: JSON.parse(counted.body).tokens })).body)).toEqual([first]);
});

test('base64 holds the same float32 numbers, and dimensions are as many as asked for', async () => {
  const ask16 = { input: 'one two', dimensions: 16 };
  const [numbers] = vectorsOf((await embed(ask16)).body);
  const { data } = JSON.parse((await embed({ ...ask16, encoding_format: 'base64' })).body);
  const bytes = Buffer.from(data[0].embedding, 'base64');
  expect(numbers).toHaveLength(16);
  expect(numbers?.map((_, at) => bytes.readFloatLE(at * 4))).toEqual(numbers);
});

test.each([
  [{}, 400, 'body.input'],
  [{ input: '' }, 400, 'input'],
  [{ input: [] }, 400, 'input'],
  [{ input: 'x', encoding_format: 'hex' }, 400, 'body.encoding_format'],
  [{ input: 'x', dimensions: 0 }, 400, 'dimensions'],
  [{ input: '#'.repeat(65) }, 400, 'input_tokens'],
  [{ input: 'x', model: 'other' }, 404, 'model'],
])('%j is refused with %i', async (body, status, param) => {
  const answer = await embed(body);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body).error).toMatchObject({ code: status, param });
});

test('the truth has no tokens and no finish reason', async () => {
  truths.length = 0;
  await embed({ input: ['a', 'b'] });
  expect(truths).toMatchObject([
    { api: 'embeddings', tokens: 0, contentTokens: 0, finishReason: null, firstTokenNs: null, end: 'complete' },
  ]);
  expect(truths[0]?.promptTokens).toBe(2);
  const { body } = await ask(simulator, 'GET', '/metrics');
  expect(body).toMatch(/vllm:generation_tokens_total\{.*\} 0\.0/);
  expect(body).not.toMatch(/vllm:prompt_tokens_total\{.*\} 0\.0/);
});
