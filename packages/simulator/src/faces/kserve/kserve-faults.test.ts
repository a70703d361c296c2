import { expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../../../test/raw-client.ts';
import { startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

type Kind = 'chat stream' | 'chat' | 'infer';
const CHAT = { messages: [{ role: 'user', content: 'x' }], max_tokens: 6 };
const REQUESTS: Readonly<Record<Kind, readonly [string, object]>> = {
  'chat stream': ['/openai/v1/chat/completions', { ...CHAT, stream: true, stream_options: { include_usage: true } }],
  chat: ['/openai/v1/chat/completions', CHAT],
  infer: [
    '/v2/models/assay-sim/infer',
    { parameters: { max_tokens: 6 }, inputs: [{ name: 'text_input', shape: [1], datatype: 'BYTES', data: ['x'] }] },
  ],
};

async function strike(fault: string, kind: Kind): Promise<{ answer: RawAnswer; truth: TruthRecord }> {
  const records: TruthRecord[] = [];
  const simulator = await startSimulator({
    face: 'kserve',
    ttftMs: 1,
    itlMs: 0.5,
    faults: fault === '' ? '' : `${fault}:#0`,
    onTruth: (record) => records.push(record),
  });
  const [path, body] = REQUESTS[kind];
  const answer = await ask(simulator, 'POST', path, body, { quietMs: 250 });
  // What hangs ends with the service.
  await simulator.close();
  return { answer, truth: records.find((record) => record.requestIndex === 0) as TruthRecord };
}

const CASES: [string, Kind, RawAnswer['end'], string | null, string][] = [
  ['http-503', 'chat stream', 'complete', 'HTTP_503', '{"error":"RuntimeError'],
  ['http-404', 'infer', 'complete', 'HTTP_404', '{"error":'],
  ['error-event', 'chat stream', 'complete', 'STREAM_ERROR_EVENT', 'data: {"error":'],
  ['error-event', 'chat', 'complete', 'HTTP_500', '{"error":"RuntimeError : engine failed"}'],
  ['error-event', 'infer', 'complete', 'HTTP_500', '{"error":"RuntimeError : engine failed"}'],
  ['cut', 'chat stream', 'fin', 'STREAM_TRUNCATED', 'content'],
  ['cut', 'infer', 'fin', 'STREAM_TRUNCATED', '200 OK'],
  ['cut-reset', 'chat', 'reset', 'SOCKET_RESET', ''],
  ['stall', 'chat stream', 'quiet', 'STREAM_STALLED', 'content'],
  ['stall', 'infer', 'quiet', 'TIMEOUT_TOTAL', ''],
  ['no-first-token', 'chat stream', 'quiet', 'TIMEOUT_FIRST_TOKEN', ''],
  ['empty', 'chat stream', 'complete', 'STREAM_EMPTY', '[DONE]'],
  ['empty-body', 'infer', 'complete', 'STREAM_EMPTY', '200 OK'],
  ['malformed', 'chat stream', 'complete', 'STREAM_MALFORMED', '[DONE]'],
  ['malformed', 'infer', 'complete', 'STREAM_MALFORMED', '200 OK'],
  ['wrong-usage', 'chat stream', 'complete', 'USAGE_MISMATCH', '"completion_tokens":0'],
  ['wrong-usage', 'chat', 'complete', 'USAGE_MISMATCH', '"completion_tokens":0'],
  ['wrong-usage', 'infer', 'complete', null, 'outputs'],
  ['html-200', 'chat stream', 'complete', 'ERROR_BODY', '<html>'],
  ['no-done', 'chat stream', 'complete', 'STREAM_TRUNCATED', '"usage"'],
  ['abort', 'chat', 'complete', 'SERVER_ABORTED', '"finish_reason":"abort"'],
  ['abort', 'infer', 'complete', null, 'outputs'],
  ['close', 'infer', 'complete', null, 'connection: close'],
  ['slow-drip', 'chat stream', 'complete', null, '[DONE]'],
];

test.each(CASES)('%s on %s', async (fault, kind, end, code, contains) => {
  const { answer, truth } = await strike(fault, kind);
  expect(answer.end).toBe(end);
  expect(answer.raw).toContain(contains);
  expect(truth).toMatchObject({ fault, expectedCode: code });
});

test('the truth of a good stream, and its usage', async () => {
  const { answer, truth } = await strike('', 'chat stream');
  const usage = eventsOf(answer.body).find((data) => data.includes('"usage"')) ?? '';
  expect(JSON.parse(usage)).toMatchObject({ usage: { completion_tokens: 6, prompt_tokens: truth.promptTokens } });
  expect(truth).toMatchObject({ tokens: 6, contentEvents: 6, expectedCode: null, api: 'chat' });
});

test('usage that is wrong leaves the timings of the engine right', async () => {
  const { answer } = await strike('wrong-usage', 'chat');
  expect(JSON.parse(answer.body)).toMatchObject({ usage: { completion_tokens: 0 }, timings: { predicted_n: 6 } });
});

test('nothing leaves before the first event of the engine behind', async () => {
  expect((await strike('no-first-token', 'chat stream')).answer.raw).toBe('');
});

test('a full engine is a bad gateway', async () => {
  const simulator = await startSimulator({ face: 'kserve', slots: 1, queueLimit: 0, ttftMs: 40, itlMs: 1 });
  const [path, body] = REQUESTS['chat stream'];
  const answers = await Promise.all([1, 2].map(() => ask(simulator, 'POST', path, body)));
  await simulator.close();
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 502]);
});
