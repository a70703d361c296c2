import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturesOf, headShapeOf } from '../../../test/engine-capture.ts';
import { ask, eventsOf, shapeOf } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captured = capturesOf('triton-2.51.0');
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ face: 'triton', model: 'tokstream', ttftMs: 1, itlMs: 0.2 });
});
afterAll(() => simulator.close());

const STREAM = '/v2/models/tokstream/generate_stream';
const GENERATE = '/v2/models/tokstream/generate';

describe.skipIf(captured === undefined)('against bytes of a real Triton 2.51.0', () => {
  const real = captured ?? (() => ({ head: '', body: '' }));

  test.each([
    ['generate_stream', STREAM, { text_input: 'hello', max_tokens: 6 }],
    ['generate_stream_max_tokens_1', STREAM, { text_input: 'hello', max_tokens: 1 }],
    ['generate_stream_utf8', STREAM, { text_input: 'hello', max_tokens: 13 }],
    ['generate_stream_params', STREAM, { text_input: 'hello', parameters: { max_tokens: 3, stream: true } }],
    ['generate_stream_missing_input', STREAM, { max_tokens: 3 }],
    ['generate_stream_zero', STREAM, { text_input: 'hello', max_tokens: 0 }],
    ['generate_stream_version', '/v2/models/tokstream/versions/1/generate_stream', { text_input: 'x', max_tokens: 6 }],
  ])('%s: same head, as many events, same keys in the same order', async (name, path, body) => {
    const answer = await ask(simulator, 'POST', path, body);
    const { head, body: realBody } = real(name);
    expect(answer.end).toBe('complete');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(head));
    const shapes = eventsOf(answer.body).map((data) => shapeOf(JSON.parse(data)));
    expect(shapes).toEqual(eventsOf(realBody).map((data) => shapeOf(JSON.parse(data))));
  });

  test('generate_stream_fail_mid: the error is the last event, under 200', async () => {
    const broken = await startSimulator({ face: 'triton', model: 'tokstream', faults: 'error-event:#0', itlMs: 0.2 });
    const answer = await ask(broken, 'POST', STREAM, { text_input: 'hello', max_tokens: 6 });
    await broken.close();
    const events = eventsOf(real('generate_stream_fail_mid').body);
    expect(answer.end).toBe('complete');
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real('generate_stream_fail_mid').head));
    expect(eventsOf(answer.body).map((data) => shapeOf(JSON.parse(data)))).toEqual(
      events.map((data) => shapeOf(JSON.parse(data))),
    );
    expect(eventsOf(answer.body).at(-1)).toBe(events.at(-1));
  });

  test.each([
    ['generate_nonstream', 'POST', GENERATE, { text_input: 'hello', max_tokens: 6, stream: false }],
    ['server_meta', 'GET', '/v2', undefined],
    ['model_meta', 'GET', '/v2/models/tokstream', undefined],
    ['model_config', 'GET', '/v2/models/tokstream/config', undefined],
    ['model_stats', 'GET', '/v2/models/tokstream/stats', undefined],
    ['repo_index', 'POST', '/v2/repository/index', {}],
  ])('%s: same head, same keys in the same order', async (name, method, path, body) => {
    const fresh = await startSimulator({ face: 'triton', model: 'tokstream', ttftMs: 1, itlMs: 0.2 });
    const answer = await ask(fresh, method, path, body);
    await fresh.close();
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(JSON.parse(real(name).body)));
  });

  test.each([
    ['generate_but_model_streams', 'POST', GENERATE, { text_input: 'hello', max_tokens: 6 }],
    ['generate_unknown_model', 'POST', '/v2/models/nope/generate', { text_input: 'hello', max_tokens: 6 }],
    ['generate_stream_unknown_model', 'POST', '/v2/models/nope/generate_stream', { text_input: 'hello' }],
    ['generate_stream_bad_json', 'POST', STREAM, '{"text_input": '],
    ['echo_infer_bad_json', 'POST', STREAM, '{'],
    ['generate_stream_wrong_type', 'POST', STREAM, { text_input: 'x', max_tokens: 'many' }],
    ['generate_stream_get', 'GET', STREAM, undefined],
    ['infer_bad_datatype', 'POST', '/v2/models/tokstream/infer', { inputs: [] }],
    ['model_ready_after_unload', 'GET', '/v2/models/tokdec/ready', undefined],
    ['not_found', 'GET', '/v2/nothing', undefined],
    ['openai_route', 'POST', '/v1/chat/completions', { model: 'tokstream', messages: [] }],
    ['ready', 'GET', '/v2/health/ready', undefined],
    ['server_meta', 'GET', '/v2', undefined],
  ])('%s: the same head and the same body', async (name, method, path, body) => {
    const answer = await ask(simulator, method, path, body);
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real(name).head));
    expect(answer.body).toBe(real(name).body);
  });

  test('metrics: same families, types, help, labels and order', async () => {
    const fresh = await startSimulator({ face: 'triton', model: 'tokstream' });
    const answer = await ask(fresh, 'GET', '/metrics');
    await fresh.close();
    expect(headShapeOf(answer.head)).toEqual(headShapeOf(real('metrics_start').head));
    const linesOf = (page: string): string[] =>
      page
        .split('\n')
        .filter((line) => !line.includes('model="tokdec"'))
        .map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')));
    // The reasons of failures stand in an order that changes from start to start.
    expect(linesOf(answer.body).sort()).toEqual(linesOf(real('metrics_start').body).sort());
    const families = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(families(answer.body)).toEqual(families(real('metrics_start').body));
  });
});

if (captured === undefined) test.skip('likeness to Triton: shared/data/engines is absent', () => undefined);
