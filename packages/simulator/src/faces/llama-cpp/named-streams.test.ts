import { expect, test } from 'vitest';
import { ask, type RawAnswer } from '../../../test/raw-client.ts';
import type { SimulatorOptions } from '../../options.ts';
import { startSimulator } from '../../simulator.ts';
import type { TruthRecord } from '../../truth.ts';

type Api = 'responses' | 'messages';
const REQUESTS: Readonly<Record<Api, object>> = {
  responses: { input: 'x', max_output_tokens: 6 },
  messages: { messages: [{ role: 'user', content: 'x' }], max_tokens: 6 },
};

async function answerTo(
  api: Api,
  body: object,
  options: SimulatorOptions = {},
): Promise<{ readonly answer: RawAnswer; readonly truth: TruthRecord }> {
  const records: TruthRecord[] = [];
  const onTruth = (record: TruthRecord): unknown => records.push(record);
  const simulator = await startSimulator({ face: 'llama-cpp', ttftMs: 1, itlMs: 0.5, ...options, onTruth });
  const answer = await ask(simulator, 'POST', `/v1/${api}`, { ...REQUESTS[api], ...body }, { quietMs: 250 });
  await simulator.close();
  return { answer, truth: records[0] as TruthRecord };
}

const namesOf = ({ body }: RawAnswer): string[] => [...body.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name);

test.each<[string, Api, RawAnswer['end'], string | null, string]>([
  ['error-event', 'responses', 'complete', 'STREAM_ERROR_EVENT', 'data: {"error":{"code":500'],
  ['error-event', 'messages', 'complete', 'STREAM_ERROR_EVENT', 'event: error\ndata: {"code":500'],
  ['cut', 'responses', 'fin', 'STREAM_TRUNCATED', 'response.output_text.delta'],
  ['cut', 'messages', 'fin', 'STREAM_TRUNCATED', 'content_block_delta'],
  ['stall', 'messages', 'quiet', 'STREAM_STALLED', 'content_block_delta'],
  ['no-first-token', 'responses', 'quiet', 'TIMEOUT_FIRST_TOKEN', ''],
  ['no-done', 'responses', 'complete', 'STREAM_TRUNCATED', 'response.output_text.delta'],
  ['no-done', 'messages', 'complete', 'STREAM_TRUNCATED', 'message_delta'],
  ['malformed', 'messages', 'complete', 'STREAM_MALFORMED', 'message_stop'],
  ['wrong-usage', 'responses', 'complete', 'USAGE_MISMATCH', '"output_tokens":0'],
  ['abort', 'messages', 'complete', null, '"stop_reason":"max_tokens"'],
  ['http-503', 'responses', 'complete', 'HTTP_503', '{"error":{"code":503'],
])('%s on %s', async (fault, api, end, code, contains) => {
  const { answer, truth } = await answerTo(api, { stream: true }, { faults: `${fault}:#0` });
  expect(answer.end).toBe(end);
  expect(answer.raw).toContain(contains);
  expect(truth).toMatchObject({ fault, expectedCode: code, api });
  if (fault === 'no-done')
    expect(namesOf(answer)).not.toContain(api === 'responses' ? 'response.completed' : 'message_stop');
});

test.each<[Api, string, string]>([
  ['responses', 'response.output_text.delta', 'response.completed'],
  ['messages', 'content_block_delta', 'message_stop'],
])('%s: an event for each token, and one that is the end', async (api, token, last) => {
  const { answer, truth } = await answerTo(api, { stream: true });
  expect(namesOf(answer).filter((name) => name === token)).toHaveLength(6);
  expect(namesOf(answer).at(-1)).toBe(last);
  expect(truth).toMatchObject({ tokens: 6, contentEvents: 6, expectedCode: null, api });
});

test('whole answers: text and counts where each interface has them', async () => {
  const responses = JSON.parse((await answerTo('responses', {})).answer.body);
  expect(responses.output[0].content[0].text).toMatch(/^( \w+){6}$/);
  expect(responses.usage).toMatchObject({ output_tokens: 6 });
  const { answer, truth } = await answerTo('messages', { system: 'brief' }, { answerTokens: 4 });
  const message = JSON.parse(answer.body);
  expect(message).toMatchObject({
    stop_reason: 'end_turn',
    usage: { input_tokens: truth.promptTokens, output_tokens: 4 },
  });
  expect(message.content[0].text).toMatch(/^( \w+){3}$/);
  expect(truth.promptTokens).toBeGreaterThan((await answerTo('messages', {})).truth.promptTokens);
});

test("what has nothing to answer is refused, and Anthropic's header for the key opens", async () => {
  expect((await answerTo('responses', { input: undefined })).answer.status).toBe(400);
  expect((await answerTo('messages', { messages: undefined })).answer.status).toBe(400);
  const simulator = await startSimulator({ face: 'llama-cpp', apiKey: 'k', ttftMs: 1, itlMs: 0 });
  const statusOf = async (headers: string): Promise<number | undefined> =>
    (await ask(simulator, 'POST', '/v1/messages', REQUESTS.messages, { headers })).status;
  expect([await statusOf('x-api-key: k\r\n'), await statusOf('x-api-key: other\r\n')]).toEqual([200, 401]);
  await simulator.close();
});
