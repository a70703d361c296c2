import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { countRecords, type RecordLine, tokensBySource } from '../assay-run.ts';
import { MetricsPage, subtractCounts } from '../counters.ts';
import { judgeKilled } from '../judge-killed.ts';
import { readRecordedBody, startRecordingProxy } from '../recording-proxy.ts';
import { toTable } from '../report.ts';
import {
  isWholeCompletion,
  isWholeForcedResponses,
  isWholeGenerateStream,
  isWholeOpenAi,
  isWholeResponses,
  isWholeTriton,
} from '../whole-answers.ts';

const record = (index: number, changes: Partial<RecordLine> = {}): RecordLine => ({
  index,
  phase: 'measure',
  outcome: 'ok',
  code: null,
  message: null,
  firstTokenMs: 1,
  inputTokens: 3,
  outputTokens: 5,
  outputTokensSource: 'usage',
  ...changes,
});

test('sums a counter over its label sets and tells absent from zero', () => {
  const page = new MetricsPage('# TYPE a counter\na{model="x",i="0"} 2\na{model="y"} 3.5e1\na_total 0\n');
  expect(page.sum('a')).toBe(37);
  expect(page.sum('a', 'model="y"')).toBe(35);
  expect(page.sum('a_total')).toBe(0);
  expect(page.sum('b')).toBeUndefined();
});

test('what the server does not count stays unknown', () => {
  const before = { requests: undefined, promptTokens: 5, generatedTokens: 7 };
  const after = { requests: undefined, promptTokens: 9, generatedTokens: 7 };
  expect(subtractCounts(after, before)).toEqual({ requests: undefined, promptTokens: 4, generatedTokens: 0 });
});

test('one answer without a count leaves our sum unknown; failed requests are in no sum', () => {
  const failed = record(1, { outcome: 'network', code: 'SOCKET_RESET', outputTokens: null, inputTokens: null });
  expect(countRecords([record(0), failed])).toEqual({ requests: 1, promptTokens: 3, generatedTokens: 5 });
  const silent = record(2, { outputTokens: null, outputTokensSource: 'unavailable' });
  expect(countRecords([record(0), silent]).generatedTokens).toBeUndefined();
  expect(tokensBySource([record(0), failed, silent])).toEqual({ usage: 5, unavailable: 0 });
});

test('a success without a whole answer, a failure with one, and a failure without a code are told', () => {
  const whole = new Set(['assay-0', 'assay-1', 'assay-2']);
  const failure = { outcome: 'protocol', code: 'STREAM_TRUNCATED' } as const;
  expect([...judgeKilled([record(0), record(3, failure)], whole)]).toEqual([]);
  expect([...judgeKilled([record(4)], whole)]).toEqual([expect.stringContaining('request 4 counted as success')]);
  expect([...judgeKilled([record(1, failure)], whole)]).toEqual([expect.stringContaining('its answer was whole')]);
  expect([...judgeKilled([record(3, { outcome: 'network' })], whole)]).toEqual([expect.stringContaining('no code')]);
});

test.each([
  ['OpenAI', isWholeOpenAi, 'data: {"choices":[]}\n\ndata: [DONE]\n\n'],
  ['Responses', isWholeResponses, 'event: response.completed\ndata: {"type":"response.completed"}\n\n'],
  [
    'Responses of forced length',
    isWholeForcedResponses,
    'data: {"type":"response.completed","response":{"incomplete_details":{"reason":"max_output_tokens"}}}\n\n',
  ],
  ['llama.cpp', isWholeCompletion, 'data: {"stop":false}\n\ndata: {"content":"","stop":true}\n\n'],
  ['TGI', isWholeGenerateStream, 'data: {"generated_text":null}\n\ndata: {"generated_text":"x"}\n\n'],
  ['Triton', isWholeTriton, 'data: {"text_output":"x"}\n\n'],
])('%s: whole with its end, and cut without', (_name, isWhole, body) => {
  expect(isWhole(body, true)).toBe(true);
  expect(isWhole(body.slice(0, body.lastIndexOf('data:')), false)).toBe(false);
});

test.each(['data: {"error":{"message":"x"}}\n\n', 'data: {"choices":[{"finish_reason":"abort"}]}\n\n'])(
  'an OpenAI stream with its terminator and %j is no success',
  (event) => expect(isWholeOpenAi(`${event}data: [DONE]\n\n`)).toBe(false),
);

test('a forced length that is not reached is no whole answer', () => {
  expect(isWholeForcedResponses('data: {"type":"response.completed"}\n\n')).toBe(false);
});

test('the proxy keeps what passed, whole or cut, under the id of its request', async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    if (request.url === '/cut') setTimeout(() => response.destroy(), 20);
    else response.end('data: 2\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startRecordingProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const get = (path: string, id: string): Promise<string> =>
    fetch(proxy.origin + path, { headers: { 'x-request-id': id } }).then((answer) => answer.text());
  try {
    expect(await get('/whole', 'assay-0')).toBe('data: 1\n\ndata: 2\n\n');
    await expect(get('/cut', 'assay-1')).rejects.toThrow();
    const seen = proxy.streams().map((answer) => ({ id: answer.requestId, ...readRecordedBody(answer) }));
    expect(seen).toEqual([
      { id: 'assay-0', body: 'data: 1\n\ndata: 2\n\n', isEnded: true },
      { id: 'assay-1', body: 'data: 1\n\n', isEnded: false },
    ]);
  } finally {
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('the table shows both counts where they differ', () => {
  const counts = {
    requests: { server: 3, ours: 3 },
    promptTokens: { server: 9, ours: undefined, notCompared: 'not told' },
    generatedTokens: { server: 8, ours: 7 },
  };
  const result = {
    ...{ engine: 'e', version: '1', backend: 'b', api: 'chat', streaming: true, name: 'case', requests: 3, ok: 3 },
    ...{ tokensBySource: { usage: 7 }, outcomeCodes: {}, counts, disagreements: ['generatedTokens'] },
  };
  expect(toTable([result])).toContain('| 3 / 9·? / 8≠7 | DISAGREES |');
});
