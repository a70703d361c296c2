import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CapturedAnswer, capturesOf, headShapeOf } from '../../../test/engine-capture.ts';
import { ask, eventsOf, shapeOf } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captured = capturesOf('llama.cpp-b11434');
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    face: 'llama-cpp',
    model: 'tiny',
    maxModelLength: 4096,
    ttftMs: 1,
    itlMs: 0.2,
    answerTokens: 5,
    slots: 1,
  });
});
afterAll(() => simulator.close());

const CHAT = { model: 'tiny', messages: [{ role: 'user', content: 'Say hello.' }], temperature: 0 };
const COMPLETION = { model: 'tiny', prompt: 'def main():', temperature: 0, max_tokens: 16, ignore_eos: true };
const NATIVE = { prompt: 'def main():', n_predict: 8, temperature: 0, ignore_eos: true };
const USAGE = { stream: true, stream_options: { include_usage: true } };

/** Data of the events, the last blank line of a chunk left out. */
const dataOf = (body: string): string[] => eventsOf(body.replace(/\n{3,}/g, '\n\n')).map((data) => data.trim());

/** First two and last three events, `[DONE]` as it is. */
function edgesOf(body: string): unknown[] {
  const events = dataOf(body);
  return [...events.slice(0, 2), ...events.slice(-3)].map((data) =>
    data === '[DONE]' ? data : shapeOf(JSON.parse(data)),
  );
}

describe.skipIf(captured === undefined)('against bytes of a real llama.cpp b11434', () => {
  const real = captured ?? ((): CapturedAnswer => ({ head: '', body: '' }));

  test.each([
    ['chat_stream', '/v1/chat/completions', { ...CHAT, stream: true }],
    ['chat_stream_usage', '/v1/chat/completions', { ...CHAT, ...USAGE }],
    ['chat_max_tokens_1', '/v1/chat/completions', { ...CHAT, ...USAGE, max_tokens: 1 }],
    ['chat_timings_per_token', '/v1/chat/completions', { ...CHAT, ...USAGE, timings_per_token: true }],
    ['comp_stream', '/v1/completions', { ...COMPLETION, stream: true }],
    ['comp_stream_usage', '/v1/completions', { ...COMPLETION, ...USAGE }],
    ['comp_token_ids_prompt', '/v1/completions', { ...COMPLETION, ...USAGE, prompt: [5, 6, 7, 8, 9, 10] }],
  ])('%s: same head, same keys in the same order', async (name, path, body) => {
    const answer = await ask(simulator, 'POST', path, body);
    expect(answer.end).toBe('complete');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(edgesOf(answer.body)).toEqual(edgesOf(real(name).body));
  });

  test('native_completion_stream_tokens: same head, same keys, no [DONE]', async () => {
    const answer = await ask(simulator, 'POST', '/completion', { ...NATIVE, stream: true });
    const { head, body } = real('native_completion_stream_tokens');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(head));
    // Probabilities were asked for in the recording; the simulator has none.
    const withoutProbabilities = body.replaceAll(/,"completion_probabilities":.*?\]\}\]/g, '');
    expect(edgesOf(answer.body)).toEqual(edgesOf(withoutProbabilities));
    expect(dataOf(answer.body)).toHaveLength(dataOf(body).length);
  });

  test('a list of prompts begins with an event that says nothing, and each has its own usage', async () => {
    const kserve = capturesOf('kserve-0.21.0');
    const list = { ...COMPLETION, prompt: ['a', 'b'], max_tokens: 6, stream: true };
    const answer = await ask(simulator, 'POST', '/v1/completions', list);
    const events = dataOf(kserve?.('openai_comp_two_prompts_stream').body ?? '');
    expect([dataOf(answer.body)[0], events[0]]).toEqual(['null', 'null']);
    const usages = (all: readonly string[]): number => all.filter((data) => data.includes('"usage":{')).length;
    expect([usages(dataOf(answer.body)), usages(events)]).toEqual([2, 2]);
    expect(dataOf(answer.body)).toHaveLength(events.length);
  });

  test('chat_n2_stream: usage behind the end of each choice, each for the first alone', async () => {
    const wide = await startSimulator({ face: 'llama-cpp', ttftMs: 1, itlMs: 0.2, answerTokens: 5 });
    const answer = await ask(wide, 'POST', '/v1/chat/completions', { ...CHAT, ...USAGE, n: 2 });
    await wide.close();
    const kindsOf = (body: string): string[] =>
      dataOf(body)
        .slice(-5)
        .map((data) => (data.includes('"usage":') ? 'usage' : data.includes('"finish_reason":"') ? 'finish' : 'other'));
    expect(kindsOf(answer.body)).toEqual(kindsOf(real('chat_n2_stream').body));
  });

  test.each([
    ['chat_plain', 'POST', '/v1/chat/completions', CHAT],
    ['chat_n2', 'POST', '/v1/chat/completions', { ...CHAT, n: 2 }],
    ['comp_plain', 'POST', '/v1/completions', COMPLETION],
    ['comp_max_tokens_0', 'POST', '/v1/completions', { ...COMPLETION, max_tokens: 0 }],
    ['err_unknown_model', 'POST', '/v1/completions', { ...COMPLETION, model: 'nope' }],
    ['err_temperature_range', 'POST', '/v1/completions', { ...COMPLETION, temperature: -1 }],
    ['stream_options_without_stream', 'POST', '/v1/completions', { ...COMPLETION, stream_options: {} }],
    ['native_cache_prompt_false', 'POST', '/completion', NATIVE],
    ['models', 'GET', '/v1/models', undefined],
    ['apply_template', 'POST', '/apply-template', { messages: CHAT.messages }],
    ['detokenize', 'POST', '/detokenize', { tokens: [5, 6, 7] }],
  ])('%s: same head, same keys in the same order', async (name, method, path, body) => {
    const answer = await ask(simulator, method, path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(real(name).body)));
  });

  test('b_queue4_slots: what a slot that works tells', async () => {
    const busy = await startSimulator({ face: 'llama-cpp', slots: 1, ttftMs: 60_000 });
    const asked = ask(busy, 'POST', '/v1/completions', COMPLETION);
    while (busy.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    const answer = await ask(busy, 'GET', '/slots');
    await busy.close();
    await asked;
    const { head, body } = real('b_queue4_slots');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(head));
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(body)));
  });

  test.each([
    ['err_405', 'GET', '/v1/completions', undefined],
    ['err_wrong_type', 'POST', '/v1/completions', { model: 'tiny', prompt: 'x', max_tokens: 'many' }],
    ['err_missing_messages', 'POST', '/v1/chat/completions', { model: 'tiny' }],
    ['err_empty_body', 'POST', '/v1/completions', undefined],
    ['err_invalid_json', 'POST', '/v1/completions', '{"model": "tiny", "prompt": "x", '],
    ['embeddings_off', 'POST', '/v1/embeddings', { model: 'tiny', input: 'x' }],
    ['health', 'GET', '/health', undefined],
    ['health_head', 'HEAD', '/health', undefined],
  ])('%s: the same head and the same body', async (name, method, path, body) => {
    const answer = await ask(simulator, method, path, body, { quietMs: 50 });
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(answer.body).toBe(real(name).body);
  });

  test.each([
    ['err_context_too_long', { model: 'tiny', prompt: '#'.repeat(4097) }],
    ['err_context_too_long_stream', { model: 'tiny', prompt: '#'.repeat(4097), stream: true }],
  ])('%s: the same but for the counts', async (name, body) => {
    const answer = await ask(simulator, 'POST', '/v1/completions', body);
    const plain = (text: string): string => text.replaceAll(/\d+/g, 'N');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(plain(answer.body)).toBe(plain(real(name).body));
  });

  test.each([
    ['b_err_no_key', 'POST', '/v1/chat/completions', { ...CHAT, stream: true }],
    ['b_metrics_no_key', 'GET', '/metrics', undefined],
    ['b_health_no_key', 'GET', '/health', undefined],
  ])('%s', async (name, method, path, body) => {
    const guarded = await startSimulator({ face: 'llama-cpp', apiKey: 'k' });
    const answer = await ask(guarded, method, path, body);
    await guarded.close();
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(answer.body).toBe(real(name).body);
  });

  test('/metrics: the same head, families, types, help and order', async () => {
    const answer = await ask(simulator, 'GET', '/metrics');
    const { head, body } = real('metrics_after');
    const linesOf = (page: string): string[] =>
      page.split('\n').map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')));
    const withoutTime = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/(Unix: )\d+/, '$1N'));
    expect(withoutTime(headShapeOf(answer.head))).toEqual(withoutTime(headShapeOf(head)));
    expect(linesOf(answer.body)).toEqual(linesOf(body));
  });
});

if (captured === undefined) test.skip('likeness to llama.cpp: shared/data/engines is absent', () => undefined);
