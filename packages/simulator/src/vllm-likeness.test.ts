import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf, shapeOf } from '../test/raw-client.ts';
import { captured, HAS_CAPTURES } from '../test/vllm-capture.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.2, answerTokens: 5 });
});
afterAll(() => simulator.close());

const CHAT = { model: 'tiny', messages: [{ role: 'user', content: 'Say hello.' }], temperature: 0 };
const COMPLETION = { model: 'tiny', prompt: 'def main():', temperature: 0, max_tokens: 16, ignore_eos: true };
const USAGE = { stream: true, stream_options: { include_usage: true } };
const CONTINUOUS = { stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } };

/** First, second and last events with data: role (or first content), content, finish and usage. */
function shapesOf(body: string): unknown[] {
  const events = eventsOf(body).filter((data) => data !== '[DONE]');
  return [...events.slice(0, 2), ...events.slice(-2)].map((data) => shapeOf(JSON.parse(data)));
}

describe.skipIf(!HAS_CAPTURES)('against bytes of a real vLLM 0.32.0', () => {
  test.each([
    ['chat_stream', '/v1/chat/completions', { ...CHAT, stream: true }],
    ['chat_stream_usage', '/v1/chat/completions', { ...CHAT, ...USAGE }],
    ['chat_stream_usage_cont', '/v1/chat/completions', { ...CHAT, ...CONTINUOUS }],
    ['chat_max_tokens_1', '/v1/chat/completions', { ...CHAT, ...USAGE, max_tokens: 1 }],
    ['comp_stream', '/v1/completions', { ...COMPLETION, stream: true }],
    ['comp_stream_usage', '/v1/completions', { ...COMPLETION, ...USAGE }],
    ['comp_stream_usage_cont', '/v1/completions', { ...COMPLETION, ...CONTINUOUS }],
  ])('%s: same keys in the same order', async (name, path, body) => {
    const answer = await ask(simulator, 'POST', path, body);
    expect(shapesOf(answer.body)).toEqual(shapesOf(captured(name).body));
  });

  test.each([
    ['chat_plain', '/v1/chat/completions', CHAT],
    ['comp_plain', '/v1/completions', COMPLETION],
    ['tokenize_chat', '/tokenize', { model: 'tiny', messages: CHAT.messages }],
    ['tokenize_prompt', '/tokenize', { model: 'tiny', prompt: 'def main():', return_token_strs: true }],
  ])('%s: same keys in the same order', async (name, path, body) => {
    const answer = await ask(simulator, 'POST', path, body);
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(captured(name).body)));
  });

  test.each([
    ['err_404', 'GET', '/v1/nothing', undefined],
    ['err_405', 'GET', '/v1/completions', undefined],
    ['err_invalid_json', 'POST', '/v1/completions', '{"model": "tiny", "prompt": "x", '],
    ['err_wrong_type', 'POST', '/v1/completions', { model: 'tiny', prompt: 'x', max_tokens: 'many' }],
    ['err_missing_messages', 'POST', '/v1/chat/completions', { model: 'tiny' }],
    ['err_empty_messages', 'POST', '/v1/chat/completions', { model: 'tiny', messages: [], max_tokens: 2 }],
    ['err_unknown_model', 'POST', '/v1/completions', { model: 'nope', prompt: 'x', max_tokens: 2 }],
    ['err_unknown_model_stream', 'POST', '/v1/chat/completions', { ...CHAT, model: 'nope', stream: true }],
    ['err_temperature_range', 'POST', '/v1/completions', { model: 'tiny', prompt: 'x', temperature: -1 }],
    ['err_context_plus_max_tokens', 'POST', '/v1/chat/completions', { ...CHAT, max_tokens: 100_000 }],
    [
      'err_context_too_long_stream',
      'POST',
      '/v1/completions',
      { model: 'tiny', prompt: '#'.repeat(4097), stream: true },
    ],
    ['comp_max_tokens_0', 'POST', '/v1/completions', { ...COMPLETION, max_tokens: 0 }],
    ['health_head', 'HEAD', '/health', undefined],
    ['version', 'GET', '/version', undefined],
  ])('%s: same status and object', async (name, method, path, body) => {
    const answer = await ask(simulator, method, path, body);
    const real = captured(name);
    expect(answer.head.slice(0, 12)).toBe(real.head.slice(0, 12));
    if (real.body === '') return;
    const { error, ...rest } = JSON.parse(answer.body);
    const { error: realError, ...realRest } = JSON.parse(real.body);
    expect(rest).toEqual(realRest);
    expect({ ...error, message: '' }).toEqual({ ...realError, message: '' });
    // Texts agree but for what the JSON parser and Python's floats say.
    if (!['err_invalid_json', 'err_temperature_range'].includes(name)) expect(error?.message).toBe(realError?.message);
  });

  test.each([
    ['metrics_start', false],
    ['metrics_after_disconnect', true],
  ])('/metrics as in %s: the same families in the same order, types, help and labels', async (name, isUsed) => {
    const service = isUsed ? simulator : await startSimulator({ model: 'tiny', maxModelLength: 4096 });
    if (isUsed) await ask(service, 'POST', '/v1/completions', COMPLETION);
    const page = (await ask(service, 'GET', '/metrics')).body;
    if (!isUsed) await service.close();
    const real = captured(name).body;
    expect(commentsOf(page)).toEqual(commentsOf(real));
    // The series of HTTP go by what was asked for; the others are all there from the start.
    expect(seriesOf(page)).toEqual(seriesOf(real));
  });
});

/** On other systems than Linux, prometheus_client knows nothing of its process. */
const isKnown = (line: string): boolean => process.platform === 'linux' || !/(^|\s)process_/.test(line);

function commentsOf(page: string): readonly string[] {
  return page.split('\n').filter((line) => line.startsWith('#') && isKnown(line));
}

/** Names of series with their labels, in order; of the configuration and of numbers that models have, the names of labels alone. */
function seriesOf(page: string): readonly string[] {
  const lines = page.split('\n').filter((line) => !/^(#|http_|$)/.test(line) && isKnown(line));
  return lines.map((line) => {
    const series = line.slice(0, line.lastIndexOf(' '));
    return series.startsWith('vllm:cache_config_info') ? series.replace(/="[^"]*"/g, '') : series;
  });
}
