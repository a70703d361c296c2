import { expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../../../test/raw-client.ts';
import { startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

const COUNTS = { return_num_output_tokens: true, return_num_input_tokens: true, return_finish_reason: true };

async function strike(
  fault: string,
  route: 'generate' | 'generate_stream',
  body: object = {},
): Promise<{ answer: RawAnswer; truth: TruthRecord }> {
  const records: TruthRecord[] = [];
  const simulator = await startSimulator({
    face: 'triton',
    ttftMs: 1,
    itlMs: 0.5,
    faults: fault === '' ? '' : `${fault}:#0`,
    onTruth: (record) => records.push(record),
  });
  const path = `/v2/models/assay-sim/${route}`;
  const request = { text_input: 'a b c', max_tokens: 6, stream: route === 'generate_stream', ...body };
  const answer = await ask(simulator, 'POST', path, request, { quietMs: 250 });
  // What hangs ends with the service.
  await simulator.close();
  return { answer, truth: records.find((record) => record.requestIndex === 0) as TruthRecord };
}

const CASES: [string, 'generate' | 'generate_stream', RawAnswer['end'], string | null, string][] = [
  ['http-503', 'generate_stream', 'complete', 'HTTP_503', '{"error":"Planned fault'],
  ['http-400', 'generate_stream', 'complete', 'HTTP_400', 'data: {"error":'],
  ['http-404', 'generate', 'complete', 'HTTP_404', '{"error":'],
  ['error-event', 'generate_stream', 'complete', 'STREAM_ERROR_EVENT', 'data: {"error":'],
  ['error-event', 'generate', 'complete', 'ERROR_BODY', '{"error":'],
  ['cut', 'generate_stream', 'fin', 'STREAM_TRUNCATED', 'text_output'],
  ['cut', 'generate', 'fin', 'STREAM_TRUNCATED', '200 OK'],
  ['cut-reset', 'generate_stream', 'reset', 'SOCKET_RESET', ''],
  ['stall', 'generate_stream', 'quiet', 'STREAM_STALLED', 'text_output'],
  ['no-first-token', 'generate_stream', 'quiet', 'TIMEOUT_FIRST_TOKEN', ''],
  ['empty', 'generate_stream', 'complete', null, '200 OK'],
  ['empty', 'generate', 'complete', 'STREAM_EMPTY', '200 OK'],
  ['malformed', 'generate_stream', 'complete', 'STREAM_MALFORMED', 'broken'],
  ['malformed', 'generate', 'complete', 'STREAM_MALFORMED', '200 OK'],
  ['no-done', 'generate_stream', 'complete', null, 'text_output'],
  ['html-200', 'generate_stream', 'complete', 'ERROR_BODY', '<html>'],
  ['close', 'generate_stream', 'complete', null, 'Connection: close'],
  ['slow-drip', 'generate_stream', 'complete', null, 'text_output'],
];

test.each(CASES)('%s on %s', async (fault, route, end, code, contains) => {
  const { answer, truth } = await strike(fault, route);
  expect(answer.end).toBe(end);
  expect(answer.raw).toContain(contains);
  expect(truth).toMatchObject({ fault, expectedCode: code });
});

test('faults that only counts and reasons show are none without them', async () => {
  expect((await strike('abort', 'generate_stream')).truth.expectedCode).toBeNull();
  expect((await strike('wrong-usage', 'generate_stream')).truth.expectedCode).toBeNull();
  const aborted = await strike('abort', 'generate_stream', COUNTS);
  expect(aborted.truth.expectedCode).toBe('SERVER_ABORTED');
  expect(eventsOf(aborted.answer.body).at(-1)).toContain('"finish_reason":"abort"');
  const wrong = await strike('wrong-usage', 'generate', COUNTS);
  expect(wrong.truth.expectedCode).toBe('USAGE_MISMATCH');
  expect(JSON.parse(wrong.answer.body)).toMatchObject({ num_output_tokens: 0 });
});

test('nothing leaves before the first response of the model', async () => {
  const { answer } = await strike('no-first-token', 'generate_stream');
  expect(answer.raw).toBe('');
});

test('counts, reasons and the truth agree', async () => {
  const { answer, truth } = await strike('', 'generate_stream', COUNTS);
  const events = eventsOf(answer.body).map((data) => JSON.parse(data) as Record<string, unknown>);
  expect(events.map((event) => event['finish_reason'])).toEqual([...Array(5).fill('None'), 'length']);
  expect(events.map((event) => event['num_output_tokens'])).toEqual(Array(6).fill(1));
  expect(events[0]).toMatchObject({ num_input_tokens: truth.promptTokens });
  expect(truth).toMatchObject({ tokens: 6, contentTokens: 6, contentEvents: 6, expectedCode: null, api: 'native' });
});

test('names of the vLLM backend: sampling parameters as a text, exclude_input_in_output', async () => {
  const sampling = { max_tokens: undefined, sampling_parameters: '{"max_tokens":3,"temperature":0}' };
  const { answer, truth } = await strike('', 'generate', { ...sampling, exclude_input_in_output: false });
  expect(truth.tokens).toBe(3);
  expect(JSON.parse(answer.body)['text_output']).toMatch(/^a b c( \w+){3}$/);
});

test('generate_stream of a model told not to stream is one event', async () => {
  const { answer, truth } = await strike('', 'generate_stream', { stream: false });
  expect(eventsOf(answer.body)).toHaveLength(1);
  expect(truth).toMatchObject({ tokens: 6, expectedCode: null });
  expect((await strike('error-event', 'generate_stream', { stream: false })).answer.body).toMatch(/^data: {"error"/);
});

test('generate of a model that streams, and no tokens at all', async () => {
  const many = await strike('', 'generate', { stream: true });
  expect(many.answer.body).toMatch(/^{"error":"generate expects model to produce exactly 1 response/);
  expect(many.truth).toMatchObject({ expectedCode: 'ERROR_BODY', status: 200 });
  const none = await strike('', 'generate_stream', { max_tokens: 0 });
  expect(none.answer.body).toBe('');
  expect(none.truth).toMatchObject({ tokens: 0, contentEvents: 0, expectedCode: null });
});

test('a full queue is 503, and counts as a rejection', async () => {
  const simulator = await startSimulator({ face: 'triton', slots: 1, queueLimit: 0, ttftMs: 40, itlMs: 1 });
  const path = '/v2/models/assay-sim/generate_stream';
  try {
    const body = { text_input: 'x', max_tokens: 2 };
    const answers = await Promise.all([1, 2].map(() => ask(simulator, 'POST', path, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    const { body: page } = await ask(simulator, 'GET', '/metrics');
    expect(page).toContain('nv_inference_request_success{model="assay-sim",version="1"} 1\n');
    expect(page).toContain('nv_inference_request_failure{model="assay-sim",reason="REJECTED",version="1"} 1\n');
  } finally {
    await simulator.close();
  }
});

test('a stream that broke off counts as a success, as with the real server', async () => {
  const simulator = await startSimulator({ face: 'triton', ttftMs: 1, itlMs: 0.5, faults: 'error-event:#0' });
  await ask(simulator, 'POST', '/v2/models/assay-sim/generate_stream', { text_input: 'x', max_tokens: 4 });
  const { body } = await ask(simulator, 'GET', '/metrics');
  await simulator.close();
  expect(body).toContain('nv_inference_request_success{model="assay-sim",version="1"} 1\n');
});
