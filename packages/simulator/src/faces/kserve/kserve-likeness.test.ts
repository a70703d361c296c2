import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturesOf, headShapeOf } from '../../../test/engine-capture.ts';
import { ask, eventsOf, shapeOf } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captured = capturesOf('kserve-0.21.0');
let tiny: Simulator;
let echo: Simulator;
beforeAll(async () => {
  const timing = { face: 'kserve', maxModelLength: 4096, ttftMs: 1, itlMs: 0.2 } as const;
  tiny = await startSimulator({ ...timing, model: 'tiny' });
  echo = await startSimulator({ ...timing, model: 'echo', faults: 'error-event:#0' });
});
afterAll(async () => {
  await tiny.close();
  await echo.close();
});

const CHAT = { model: 'tiny', messages: [{ role: 'user', content: 'Say hello.' }], temperature: 0 };
const USAGE = { stream: true, stream_options: { include_usage: true } };
const V2 = { id: 'r1', inputs: [{ name: 'in', shape: [2], datatype: 'BYTES', data: ['Grüße', 'x'] }] };

describe.skipIf(captured === undefined)('against bytes of a real KServe 0.21.0', () => {
  const real = captured ?? (() => ({ head: '', body: '' }));

  /** First, second and last events: role (or nothing), content, finish, usage and the terminator. */
  const shapesOf = (body: string): unknown[] => {
    const events = eventsOf(body);
    return [...events.slice(0, 2), ...events.slice(-3)].map((data) =>
      data === '[DONE]' ? data : shapeOf(JSON.parse(data)),
    );
  };

  test.each([
    ['openai_chat_max_tokens_1', '/openai/v1/chat/completions', { ...CHAT, ...USAGE, max_tokens: 1 }],
    ['openai_chat_stream_usage_cont', '/openai/v1/chat/completions', { ...CHAT, ...USAGE, max_tokens: 9 }],
    [
      'openai_comp_two_prompts_stream',
      '/openai/v1/completions',
      { model: 'tiny', prompt: ['def a():', 'class B:'], max_tokens: 6, ignore_eos: true, ...USAGE },
    ],
  ])('%s: same head, same keys in the same order', async (name, path, body) => {
    const answer = await ask(tiny, 'POST', path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(shapesOf(answer.body)).toEqual(shapesOf(real(name).body));
  });

  test.each([
    ['openai_comp_plain', 'POST', '/openai/v1/completions', { model: 'tiny', prompt: 'def main():', max_tokens: 16 }],
    ['openai_models', 'GET', '/openai/v1/models', undefined],
    ['v1_models', 'GET', '/v1/models', undefined],
    ['v2_models', 'GET', '/v2/models', undefined],
  ])('%s: same head, same keys in the same order', async (name, method, path, body) => {
    const answer = await ask(tiny, method, path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(real(name).body)));
  });

  test('an exception in the model, then answers of V2 by shape and by id', async () => {
    const failed = await ask(echo, 'POST', '/v1/models/echo:predict', { instances: ['fail'] });
    expect(headShapeOf(failed.head)).toEqual(headShapeOf(real('v1_fail').head));
    expect(failed.body).toBe(real('v1_fail').body);
    const answer = await ask(echo, 'POST', '/v2/models/echo/infer', V2);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real('v2_infer').head));
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(real('v2_infer').body)));
    expect(JSON.parse(answer.body)).toMatchObject({ id: 'r1', outputs: [{ shape: [2], data: { length: 2 } }] });
  });

  test.each([
    ['root', 'GET', '/', undefined],
    ['live', 'GET', '/v2/health/live', undefined],
    ['ready', 'GET', '/v2/health/ready', undefined],
    ['server_meta', 'GET', '/v2', undefined],
    ['v2_meta', 'GET', '/v2/models/echo', undefined],
    ['v2_model_ready', 'GET', '/v2/models/echo/ready', undefined],
    ['v2_unknown', 'POST', '/v2/models/nope/infer', V2],
    ['v1_unknown', 'POST', '/v1/models/nope:predict', { instances: [1] }],
    ['v1_bad_json', 'POST', '/v1/models/echo:predict', '{'],
    ['v2_bad_json', 'POST', '/v2/models/echo/infer', '{'],
    ['v1_no_instances', 'POST', '/v1/models/echo:predict', { x: 1 }],
    [
      'v2_bad_datatype',
      'POST',
      '/v2/models/echo/infer',
      { inputs: [{ name: 'in', shape: [1], datatype: 'NOPE', data: ['x'] }] },
    ],
    ['generate_stream_absent', 'POST', '/v2/models/echo/generate_stream', { text_input: 'x' }],
  ])('%s: the same head and the same body', async (name, method, path, body) => {
    const answer = await ask(echo, method, path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(answer.body).toBe(real(name).body);
  });

  test.each([
    ['openai_wrong_prefix', 'GET', '/v1/chat/completions', undefined],
    ['openai_err_405', 'GET', '/openai/v1/completions', undefined],
    ['openai_err_missing_messages', 'POST', '/openai/v1/chat/completions', { model: 'tiny' }],
    [
      'openai_err_wrong_type',
      'POST',
      '/openai/v1/completions',
      { model: 'tiny', prompt: 'x', temperature: 0, max_tokens: 'many' },
    ],
    ['openai_err_context_too_long', 'POST', '/openai/v1/completions', { model: 'tiny', prompt: '#'.repeat(24_001) }],
    [
      'openai_err_context_too_long_stream',
      'POST',
      '/openai/v1/completions',
      { model: 'tiny', prompt: '#'.repeat(24_001), stream: true },
    ],
  ])('%s: the same head and the same body', async (name, method, path, body) => {
    const answer = await ask(tiny, method, path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(answer.body).toBe(real(name).body);
  });

  test('metrics: same families, types, help, labels and order, before and after requests', async () => {
    const fresh = await startSimulator({ face: 'kserve', model: 'echo', ttftMs: 1, itlMs: 0.2 });
    const before = await ask(fresh, 'GET', '/metrics');
    await ask(fresh, 'POST', '/v2/models/echo/infer', V2);
    const after = await ask(fresh, 'GET', '/metrics');
    await fresh.close();
    const linesOf = (page: string): string[] =>
      page
        .split('\n')
        .filter((line) => !/^(# \w+ )?(python_|process_)/.test(line))
        .map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')));
    expect(headShapeOf(before.head)).toEqual(headShapeOf(real('metrics_start').head));
    expect(linesOf(before.body)).toEqual(linesOf(real('metrics_start').body));
    expect(linesOf(after.body)).toEqual(linesOf(real('metrics_after').body));
  });
});

if (captured === undefined) test.skip('likeness to KServe: shared/data/engines is absent', () => undefined);
