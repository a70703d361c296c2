import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Finding, RequestRecord, ResultsDocument } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { assay, startSim, temporaryFolder } from './assay.ts';
import { listen, startGateway } from './gateway.ts';

/** What a server says of itself, before and behind a certain number of answers. */
interface Says {
  readonly model?: string;
  readonly fingerprint?: string;
  readonly models?: readonly string[];
}

function answer(response: ServerResponse, isStream: boolean, { model, fingerprint }: Says): void {
  const head = { id: 'x', object: 'x', created: 1, model, system_fingerprint: fingerprint };
  const usage = { prompt_tokens: 5, completion_tokens: 2 };
  if (!isStream) {
    response.setHeader('content-type', 'application/json');
    const message = { role: 'assistant', content: 'a b' };
    response.end(JSON.stringify({ ...head, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  const chunk = (rest: object): string => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  for (const content of ['a', 'b']) response.write(chunk({ choices: [{ index: 0, delta: { content } }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  response.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`);
}

/** Findings and records of a run of ten requests, one after the other, on a server that changes before the seventh. */
async function measure(
  [before, behind]: readonly [Says, Says],
  ...flags: readonly string[]
): Promise<{ readonly findings: readonly Finding[]; readonly records: readonly RequestRecord[] }> {
  let answers = 0;
  const says = (): Says => (answers < 6 ? before : behind);
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') {
      answer(response, !flags.includes('--no-stream'), says());
      answers += 1;
      return;
    }
    response.statusCode = request.url === '/v1/models' ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: (says().models ?? ['m']).map((id) => ({ id })) }));
  });
  const out = join(temporaryFolder(), 'run');
  const load = ['--requests', '10', '--concurrency', '1', '--input-tokens', '8', '--model', 'm', '--out', out];
  const ended = await assay('run', '--target', await listen(server), ...load, ...flags);
  expect(ended).toMatchObject({ code: 0 });
  const { validity } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as ResultsDocument;
  const lines = readFileSync(join(out, 'requests.jsonl'), 'utf8').trim().split('\n');
  return { findings: validity.findings, records: lines.map((line) => JSON.parse(line) as RequestRecord) };
}

const about = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ code }) => code === 'SERVER_CHANGED' || code === 'MODEL_DIFFERS');

describe('answers of a server', () => {
  test('that stays itself say nothing', async () => {
    const same = { model: 'm', fingerprint: 'vllm-0.10.0-aaa' };
    const { findings, records } = await measure([same, same]);
    expect(about(findings)).toEqual([]);
    expect(records.map(({ systemFingerprint }) => systemFingerprint)).toEqual(Array(10).fill('vllm-0.10.0-aaa'));
    expect(records[0]).not.toHaveProperty('answeredModel');
  });

  test('whose configuration changes say what and when', async () => {
    const { findings } = await measure([{ fingerprint: 'vllm-0.10.0-aaa' }, { fingerprint: 'vllm-0.11.0-bbb' }]);
    const message = expect.stringMatching(
      /^the system_fingerprint of the answers was "vllm-0\.10\.0-aaa" and is "vllm-0\.11\.0-bbb" from request 6, \d+\.\d s on:/,
    );
    expect(about(findings)).toEqual([{ code: 'SERVER_CHANGED', severity: 'limits', message }]);
  });

  test('whose model changes say what and when', async () => {
    const { findings, records } = await measure([{ model: 'm' }, { model: 'other' }]);
    const message = expect.stringMatching(/^the model of the answers was "m" and is "other" from request 6, /);
    expect(about(findings)).toEqual([{ code: 'SERVER_CHANGED', severity: 'limits', message }]);
    expect(records.map(({ answeredModel }) => answeredModel ?? 'm').filter((model) => model === 'other')).toHaveLength(
      4,
    );
  });

  test.each([
    ['other', 'limits'],
    ['m-2026-01-31', 'notes'],
  ])('whose model is not the one asked for say so: %s', async (model, severity) => {
    const { findings } = await measure([{ model }, { model }]);
    const message = expect.stringContaining(`10 answers name the model "${model}" where "m" was asked for`);
    expect(about(findings)).toEqual([{ code: 'MODEL_DIFFERS', severity, message }]);
  });

  test('that come whole tell as much', async () => {
    const [before, behind] = [
      { model: 'm', fingerprint: 'a' },
      { model: 'other', fingerprint: 'b' },
    ];
    const { findings } = await measure([before, behind], '--no-stream');
    expect(about(findings).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the model of the answers was "m" and is "other" from request 6, /),
      expect.stringMatching(/^the system_fingerprint of the answers was "a" and is "b" from request 6, /),
    ]);
  });
});

test('a model list that changes during the load', async () => {
  const { findings } = await measure([{ models: ['m', 'n'] }, { models: ['o'] }]);
  const message = expect.stringMatching(/^the server listed the models m, n before the load and o after it/);
  expect(about(findings)).toEqual([{ code: 'SERVER_CHANGED', severity: 'limits', message }]);
});

test('a metrics page behind a login', async () => {
  const sim = await startSim({ ttftMs: 1, itlMs: 1 });
  const gateway = await startGateway(sim, (path) => (path === '/metrics' ? [302, ''] : undefined));
  const out = join(temporaryFolder(), 'run');
  const load = ['--requests', '3', '--input-tokens', '8', '--output-tokens', '2', '--out', out];
  expect(await assay('run', '--target', gateway, ...load)).toMatchObject({ code: 0 });
  const { validity } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as ResultsDocument;
  expect(validity.findings).toContainEqual({
    code: 'METRICS_REDIRECTED',
    severity: 'notes',
    message: expect.stringMatching(/^\/metrics answers 302, a redirect.*--metrics-url/),
  });
});
