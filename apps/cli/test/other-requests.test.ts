import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metric, RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, type Ended, temporaryFolder } from './assay.ts';
import { sendChat, sendJson, startScripted } from './scripted-server.ts';

interface Finished {
  readonly ended: Ended;
  readonly results: ResultsDocument;
  readonly run: RunDocument;
  readonly records: readonly RequestRecord[];
}

/** A run over the rows of a dataset, one after another unless told otherwise. */
async function runRows(target: string, rows: readonly object[], ...more: readonly string[]): Promise<Finished> {
  const folder = temporaryFolder();
  const dataset = join(folder, 'rows.jsonl');
  writeFileSync(dataset, rows.map((row) => JSON.stringify(row)).join('\n'));
  const out = join(folder, 'run');
  const load = ['--concurrency', '1', '--dataset', dataset, '--out', out];
  const ended = await assay('run', '--target', target, ...load, ...more);
  expect(ended.stderr).not.toContain('error');
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;
  const lines = readFileSync(join(out, 'requests.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as RequestRecord).sort((a, b) => a.index - b.index);
  return { ended, records, results: read('results.json'), run: read('run.json') };
}

const figureOf = ({ metrics }: ResultsDocument, id: string, statistic: Metric['statistic']): number | string => {
  const found = metrics.find((metric) => metric.id === id && metric.statistic === statistic);
  return found === undefined ? 'absent' : found.state === 'measured' ? found.value : found.reason;
};

const codesOf = ({ validity }: ResultsDocument): readonly string[] => validity.findings.map(({ code }) => code);

test('embeddings are counted, measured whole and held to their inputs', async () => {
  const server = await startScripted({
    '/v1/embeddings': ({ input }, response, nth) => {
      const texts = Array.isArray(input) ? input : [input];
      // The third answer lacks a vector.
      const data = texts.slice(nth === 2 ? 1 : 0).map((_, index) => ({ index, embedding: [0.1, 0.2, 0.3] }));
      sendJson(response, { object: 'list', data, usage: { prompt_tokens: 4, total_tokens: 4 } });
    },
  });
  const rows = [{ input: ['a', 'b'] }, { prompt: 'c' }];
  const { records, results, run } = await runRows(server.target, rows, '--api', 'embeddings', '--requests', '4');
  expect(run.config.stream).toBe(false);
  expect(records.map(({ answer, code }) => answer ?? code)).toEqual([
    { vectors: 2, dimension: 3 },
    { vectors: 1, dimension: 3 },
    'STREAM_MALFORMED',
    { vectors: 1, dimension: 3 },
  ]);
  expect(results.outcomes).toMatchObject({ ok: 3, protocol: 1 });
  expect(figureOf(results, 'embeddings_per_second', 'rate')).toBeGreaterThan(0);
  expect(figureOf(results, 'ttft_ms', 'mean')).toBe('NOT_STREAMED');
  expect(server.bodies[0]).toMatchObject({ input: ['a', 'b'], encoding_format: 'float' });
});

test('structured answers and calls of tools are held to their schemas', async () => {
  const answers = ['{"age":3}', '```json\n{"age":3}\n```', '{"age":"3"}', 'three'];
  const server = await startScripted({
    '/v1/chat/completions': ({ tools }, response, nth) => {
      if (tools === undefined) {
        sendChat(
          response,
          [...(answers[nth % 4] ?? '')].map((content) => ({ content })),
        );
        return;
      }
      const call = (index: number, fields: object): object => ({ tool_calls: [{ index, function: fields }] });
      sendChat(
        response,
        [
          call(0, { name: 'get_weather' }),
          call(0, { arguments: '{"city":' }),
          call(0, { arguments: '"Paris"}' }),
        ] as never,
        'tool_calls',
      );
    },
  });
  const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
  const format = { type: 'json_schema', json_schema: { name: 'person', schema } };
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tool = { type: 'function', function: { name: 'get_weather', parameters } };
  const structured = { prompt: 'A person.', response_format: format };
  const rows = [structured, structured, structured, structured, { prompt: 'Weather?', tools: [tool] }];
  const { ended, records, results } = await runRows(server.target, rows, '--requests', '5');
  expect(records.map(({ answer }) => answer)).toEqual([
    { structured: 'valid' },
    { structured: 'repaired', repair: 'code-fence' },
    { structured: 'schema-invalid', structuredProblem: '/age must be integer' },
    { structured: 'not-json', structuredProblem: expect.stringContaining('JSON') },
    { toolCalls: [{ name: 'get_weather', arguments: 'valid' }] },
  ]);
  expect(figureOf(results, 'structured_valid_ratio', 'ratio')).toBe(0.25);
  expect(figureOf(results, 'tool_call_valid_ratio', 'ratio')).toBe(1);
  expect(codesOf(results)).toContain('STRUCTURED_INVALID');
  expect(ended.stdout).toContain('valid structured answers');
  expect(server.bodies[0]).toMatchObject({ response_format: format });
});

test('reasoning is told from the answer on the responses interface', async () => {
  const server = await startScripted({
    '/v1/responses': (_body, response) => {
      const send = (type: string, fields: object): void => {
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
      };
      response.setHeader('content-type', 'text/event-stream');
      send('response.created', { response: { status: 'in_progress' } });
      send('response.reasoning_text.delta', { delta: 'hm' });
      setTimeout(() => {
        send('response.output_text.delta', { delta: 'yes' });
        const usage = { input_tokens: 5, output_tokens: 2, output_tokens_details: { reasoning_tokens: 1 } };
        send('response.completed', { response: { status: 'completed', output: [], usage } });
        response.end();
      }, 30);
    },
  });
  const rows = [
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Is 7 prime?' },
      ],
    },
  ];
  const { records, results } = await runRows(server.target, rows, '--api', 'responses', '--requests', '2');
  expect(results.outcomes.ok).toBe(2);
  for (const { firstTokenMs, firstAnswerMs, reasoningTokens, outputTokens } of records) {
    expect(firstAnswerMs).toBeGreaterThan(firstTokenMs ?? Number.NaN);
    expect([reasoningTokens, outputTokens]).toEqual([1, 2]);
  }
  expect(figureOf(results, 'ttfa_ms', 'mean')).toBeGreaterThan(Number(figureOf(results, 'ttft_ms', 'mean')));
  expect(server.bodies[0]).toMatchObject({ store: false, input: [{ role: 'system' }, { role: 'user' }] });
});

test('conversations go on after the answer and the think time', async () => {
  const server = await startScripted({
    '/v1/chat/completions': (_body, response) => sendChat(response, [{ content: 'a' }, { content: 'b' }]),
  });
  const session = (name: string): object => ({
    turns: [
      { user: `${name}1`, assistant: 'A' },
      { user: `${name}2`, assistant: 'B', think_time_ms: 40 },
      { user: `${name}3`, think_time_ms: 15 },
    ],
  });
  const { records, results } = await runRows(
    server.target,
    [session('x'), session('y')],
    ...['--concurrency', '2', '--requests', '6'],
  );
  expect(results.outcomes).toMatchObject({ offered: 6, ok: 6 });
  expect(records.map(({ session: place }) => place)).toEqual(
    [0, 1].flatMap((number) => [0, 1, 2].map((turn) => ({ session: number, turn, turns: 3 }))),
  );
  for (const [at, record] of records.entries()) {
    const turn = record.session?.turn ?? 0;
    if (turn === 0) continue;
    expect(record.scheduledMs - (records[at - 1]?.endMs ?? 0)).toBeCloseTo(turn === 1 ? 40 : 15, 2);
  }
  const sent = server.bodies.map(({ messages }) => (messages as { content: string }[]).map(({ content }) => content));
  expect(sent).toContainEqual(['x1', 'A', 'x2', 'B', 'x3']);
  expect(sent).toContainEqual(['y1', 'A', 'y2']);
});

test('what the interface has no place for is refused before anything is sent', async () => {
  const server = await startScripted({});
  const folder = temporaryFolder();
  const dataset = join(folder, 'rows.jsonl');
  writeFileSync(dataset, '{"prompt":"a"}\n{"messages":[{"role":"user","content":"b"}]}\n');
  const ended = await assay(
    ...['run', '--target', server.target, '--api', 'completions', '--dataset', dataset],
    ...['--concurrency', '1', '--requests', '2', '--out', join(folder, 'run')],
  );
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('PROMPT_KIND_UNSUPPORTED');
  expect(ended.stderr).toContain('--api chat');
  expect(server.bodies).toEqual([]);
});
