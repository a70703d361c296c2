import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { RequestRecord, RunDocument } from '@assay/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { assay, type Ended, temporaryFolder } from './assay.ts';
import { listen } from './gateway.ts';

let out = '';
beforeEach(() => {
  out = join(temporaryFolder(), 'run');
});

const run = (target: string, ...args: readonly string[]): Promise<Ended> =>
  assay(
    'run',
    '--target',
    target,
    '--requests',
    '3',
    '--input-tokens',
    '16',
    '--output-tokens',
    '4',
    ...args,
    '--out',
    out,
  );
const document = (): RunDocument => JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunDocument;
const records = (): readonly RequestRecord[] =>
  readFileSync(join(out, 'requests.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RequestRecord);

interface Question {
  readonly path: string;
  readonly body: string;
}

const INPUTS = [
  { name: 'LIMIT', datatype: 'INT32', shape: [1] },
  { name: 'PROMPT', datatype: 'BYTES', shape: [-1] },
];
const V2_ONLY: Readonly<Record<string, unknown>> = {
  '/v2': { name: 'kserve', version: '0.21.0', extensions: [] },
  '/v2/models': { models: ['m'] },
  '/v2/models/m': { name: 'm', versions: null, platform: '', inputs: INPUTS, outputs: [] },
};
const V1_LIST: Readonly<Record<string, unknown>> = { '/v1/models': { models: ['m'] } };

/** A server of KServe's own protocols without OpenAI's routes, which it answers as KServe does. */
async function startKserve(pages: Readonly<Record<string, unknown>>): Promise<{ target: string; asked: Question[] }> {
  const asked: Question[] = [];
  const target = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const path = request.url ?? '';
        const answer = request.method === 'POST' ? infer(path, body) : pages[path];
        if (request.method === 'POST') asked.push({ path, body });
        response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer ?? { detail: 'Not Found' }));
      });
    }),
  );
  return { target, asked };
}

function infer(path: string, body: string): unknown {
  if (path === '/v1/models/m:predict') return { predictions: ['an answer'] };
  if (path !== '/v2/models/m/infer') return undefined;
  const { id, inputs } = JSON.parse(body) as {
    id?: string;
    inputs: readonly { name: string; data: readonly string[] }[];
  };
  const text = inputs.find(({ name }) => name === 'PROMPT')?.data[0];
  if (text === undefined) return { error: 'no PROMPT' };
  const output = { name: 'OUT', shape: [1], datatype: 'BYTES', parameters: null, data: ['an answer'] };
  return { model_name: 'm', model_version: null, id: id ?? null, parameters: null, outputs: [output] };
}

describe('KServe without OpenAI routes', () => {
  test('doctor measures it by its own protocol', async () => {
    const { target } = await startKserve({ ...V2_ONLY, ...V1_LIST });
    const { stdout, stderr, code } = await assay('doctor', '--target', target);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ok +backend +kserve, native$/m);
    expect(stdout).toMatch(/^ok +model +m$/m);
    expect(code).toBe(0);
  });

  test('run decides on V2 without streams; the prompt goes into the input of the model, under an id', async () => {
    const { target, asked } = await startKserve({ ...V2_ONLY, ...V1_LIST });
    const ended = await run(target);
    expect(ended.stderr).toMatch(/^the server is KServe 0\.21\.0 .*--backend kserve/m);
    expect(document()).toMatchObject({
      config: { backend: 'kserve', api: 'native', stream: false },
      origins: { backend: 'detected', api: 'detected', stream: 'detected' },
      capabilities: { promptTensor: { name: 'PROMPT', shape: [1] } },
    });
    expect(records().map(({ outcome, outputTokensSource }) => [outcome, outputTokensSource])).toEqual(
      Array(3).fill(['ok', 'unavailable']),
    );
    const bodies = asked.map(({ body }) => JSON.parse(body) as { id: string; inputs: readonly { name: string }[] });
    expect(bodies.map(({ id }) => id).sort()).toEqual(['0', '1', '2']);
    expect(bodies.map(({ inputs }) => inputs.map(({ name }) => name))).toEqual(Array(3).fill(['PROMPT']));
  });

  test('several workers know the input too', async () => {
    const { target } = await startKserve(V2_ONLY);
    await run(target, '--workers', '2');
    expect(records().map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  test.each([
    ['named', ['--backend', 'kserve', '--api', 'v1'], { ...V2_ONLY, ...V1_LIST }],
    ['named, without a list', ['--backend', 'kserve', '--api', 'v1', '--model', 'm'], {}],
    ['found by its list alone', [], V1_LIST],
  ] as const)('V1, %s', async (_, args, pages) => {
    const { target, asked } = await startKserve(pages);
    expect((await run(target, ...args)).code).toBe(0);
    expect(document().config).toMatchObject({ backend: 'kserve', api: 'v1', stream: false });
    expect(records().map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/v1/models/m:predict']));
  });

  test('an interface that was asked for is kept, and the error names the others', async () => {
    const { target } = await startKserve(V2_ONLY);
    const { stderr, code } = await run(target, '--backend', 'kserve', '--api', 'chat');
    expect(stderr).toMatch(/^error TARGET_WRONG_BACKEND: .*--api native \(V2\) or --api v1/m);
    expect(code).toBe(2);
  });

  test.each(['vllm', 'openai', 'tgi', 'triton'])('--api v1 is not known to %s', async (backend) => {
    const { target } = await startKserve(V2_ONLY);
    const { code, stderr } = await run(target, '--backend', backend, '--api', 'v1', '--model', 'm');
    expect(stderr).toMatch(/^error /);
    expect(code).toBe(2);
  });
});
