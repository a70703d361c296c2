import { expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../../../test/raw-client.ts';
import { startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

const INTERFACES = {
  responses: { path: '/v1/responses', body: { input: 'x', max_output_tokens: 6 } },
  messages: { path: '/v1/messages', body: { messages: [{ role: 'user', content: 'x' }], max_tokens: 6 } },
  embeddings: { path: '/v1/embeddings', body: { input: 'x' } },
} as const;
type Interface = keyof typeof INTERFACES;

/** The first request of a service, and its truth. */
async function first(
  name: Interface,
  isStreaming: boolean,
  more: { readonly faults?: string; readonly answerTokens?: number; readonly fields?: object } = {},
): Promise<{ answer: RawAnswer; truth: TruthRecord | undefined }> {
  const records: TruthRecord[] = [];
  const { fields = {}, ...options } = more;
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 0.2, ...options, onTruth: (one) => records.push(one) });
  const { path, body } = INTERFACES[name];
  const answer = await ask(simulator, 'POST', path, { ...body, stream: isStreaming, ...fields }, { quietMs: 150 });
  // Afterwards the truth of an answer that only its client ended is there as well.
  await simulator.close();
  return { answer, truth: records[0] };
}

interface Event {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const namedEvents = (body: string): readonly Event[] =>
  eventsOf(body).map((event) => {
    const [name = '', data = ''] = event.replace('event: ', '').split('\ndata: ');
    return { name, data: JSON.parse(data) };
  });

test.each([
  [undefined, 'incomplete', 6, 6],
  [4, 'completed', 4, 3],
] as const)('responses with answers of %s tokens: %s', async (answerTokens, status, tokens, words) => {
  const options = answerTokens === undefined ? {} : { answerTokens };
  const { answer, truth } = await first('responses', true, options);
  const events = namedEvents(answer.body);
  expect(events.map(({ data }) => data['sequence_number'])).toEqual(events.map((_, at) => at));
  const deltas = events.filter(({ name }) => name === 'response.output_text.delta').map(({ data }) => data['delta']);
  const { name, data } = events.at(-1) ?? { name: '', data: {} };
  const { response } = data as { response: Readonly<Record<string, unknown>> };
  // vLLM sends this event for every end: the status tells which.
  expect([name, response['status']]).toEqual(['response.completed', status]);
  expect(response['incomplete_details']).toEqual(status === 'incomplete' ? { reason: 'max_output_tokens' } : null);
  expect(response['output']).toMatchObject([{ content: [{ text: deltas.join('') }] }]);
  expect(response['usage']).toMatchObject({ output_tokens: tokens, input_tokens: truth?.promptTokens });
  expect(truth).toMatchObject({
    api: 'responses',
    tokens,
    contentTokens: words,
    contentEvents: words,
    end: 'complete',
  });
  const whole = JSON.parse((await first('responses', false, options)).answer.body);
  expect(whole).toMatchObject({ status, output: [{ content: [{ text: deltas.join('') }] }], usage: response['usage'] });
});

test('the start of a response leaves before its first token, and is all that comes of one that stalls', async () => {
  const { answer } = await first('responses', true, { faults: 'no-first-token:#0' });
  expect(namedEvents(answer.body).map(({ name }) => name)).toEqual(['response.created', 'response.in_progress']);
});

test('log-probabilities of a response: one list in each delta, all tokens in the end', async () => {
  const fields = { include: ['message.output_text.logprobs'], top_logprobs: 2 };
  const { answer, truth } = await first('responses', true, { answerTokens: 4, fields });
  const events = namedEvents(answer.body);
  const lists = events
    .filter(({ name }) => name.endsWith('text.delta'))
    .map(({ data }) => data['logprobs'] as object[]);
  expect(lists.map((list) => list.length)).toEqual([1, 1, 1]);
  const end = events.at(-1)?.data as { response?: { output: { content: { logprobs: object[] }[] }[] } } | undefined;
  expect(end?.response?.output[0]?.content[0]?.logprobs).toHaveLength(truth?.tokens ?? 0);
});

test.each([
  [{ input: undefined }, 400, 'body.input'],
  [{ input: [] }, 400, 'input'],
  [{ max_output_tokens: 0 }, 400, 'max_output_tokens'],
  [{ temperature: -1 }, 400, 'temperature'],
  [{ model: 'other' }, 404, 'model'],
])('a response with %j is refused', async (fields, status, param) => {
  const { answer, truth } = await first('responses', true, { fields });
  expect(JSON.parse(answer.body).error).toMatchObject({ code: status, param });
  expect([answer.status, truth]).toEqual([status, undefined]);
});

test('a limit beyond the context is cut at it', async () => {
  const { answer } = await first('responses', false, { answerTokens: 4, fields: { max_output_tokens: 1_000_000 } });
  const { max_output_tokens: limit, usage } = JSON.parse(answer.body);
  expect(limit + usage.input_tokens).toBe(32_768);
});

test('messages: one block of text, and the reason in the words of Anthropic', async () => {
  const { answer, truth } = await first('messages', true, { answerTokens: 4 });
  const events = namedEvents(answer.body);
  expect([...new Set(events.map(({ name }) => name))]).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(events.at(-2)?.data).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } });
  expect(truth).toMatchObject({ api: 'messages', tokens: 4, contentTokens: 3 });
  const whole = JSON.parse((await first('messages', false)).answer.body);
  expect(whole).toMatchObject({ type: 'message', stop_reason: 'max_tokens', usage: { output_tokens: 6 } });
});

test.each([
  [{ max_tokens: undefined }, 400, { error: { param: 'body.max_tokens' } }],
  [{ model: 'other' }, 404, { type: 'error', error: { type: 'NotFoundError' } }],
])('a message with %j is refused', async (fields, status, body) => {
  const { answer } = await first('messages', true, { fields });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject(body);
});

test.each([
  ['responses', true, 'error-event', 'complete', 'STREAM_ERROR_EVENT', 'event: error\n'],
  ['responses', true, 'no-done', 'complete', 'STREAM_TRUNCATED', 'response.output_item.done'],
  ['responses', true, 'cut', 'fin', 'STREAM_TRUNCATED', 'response.output_text.delta'],
  ['responses', true, 'stall', 'quiet', 'STREAM_STALLED', 'response.output_text.delta'],
  ['responses', true, 'abort', 'complete', 'SERVER_ABORTED', '"status":"cancelled"'],
  ['responses', true, 'wrong-usage', 'complete', 'USAGE_MISMATCH', '"output_tokens":0'],
  ['responses', true, 'malformed', 'complete', 'STREAM_MALFORMED', 'response.completed'],
  ['responses', false, 'error-event', 'complete', 'ERROR_BODY', '{"error":'],
  ['responses', false, 'stall', 'quiet', 'TIMEOUT_TOTAL', ''],
  ['messages', true, 'error-event', 'complete', 'STREAM_ERROR_EVENT', 'event: error\n'],
  ['messages', true, 'no-done', 'complete', 'STREAM_TRUNCATED', 'message_delta'],
  ['messages', true, 'stall', 'quiet', 'STREAM_STALLED', 'content_block_delta'],
  ['embeddings', false, 'cut', 'fin', 'STREAM_TRUNCATED', '"embedding"'],
  ['embeddings', false, 'stall', 'quiet', 'TIMEOUT_TOTAL', ''],
  ['embeddings', false, 'malformed', 'complete', 'STREAM_MALFORMED', '"embedding"'],
  ['embeddings', false, 'http-503', 'complete', 'HTTP_503', '"error"'],
  // Neither is in an answer without an end and without generated tokens.
  ['embeddings', false, 'abort', 'complete', null, '"embedding"'],
  ['embeddings', false, 'wrong-usage', 'complete', null, '"embedding"'],
] as const)('%s, streamed %s: %s', async (name, isStreaming, fault, end, code, contains) => {
  const { answer, truth } = await first(name, isStreaming, { faults: `${fault}:#0` });
  expect(answer.end).toBe(end);
  expect(answer.raw).toContain(contains);
  expect(truth).toMatchObject({ api: name, fault, expectedCode: code });
  for (const terminator of ['response.completed', 'message_stop']) {
    if (code === 'STREAM_TRUNCATED') expect(answer.raw).not.toContain(terminator);
  }
});
