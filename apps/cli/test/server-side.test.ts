import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { assay, assayIn, type Ended, startSim, temporaryFolder } from './assay.ts';
import { listen, startGateway } from './gateway.ts';
import { startScripted } from './scripted-server.ts';

const FEW = ['--requests', '3', '--input-tokens', '16', '--output-tokens', '4'] as const;
const QUICK = { ttftMs: 2, itlMs: 1 } as const;
const FACES = ['vllm', 'tgi', 'sglang', 'llama-cpp', 'triton', 'kserve'] as const;

let out = '';
beforeEach(() => {
  out = join(temporaryFolder(), 'run');
});

const run = (target: string, ...args: readonly string[]): Promise<Ended> =>
  assay('run', '--target', target, ...FEW, ...args, '--out', out);
const read = <T>(name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;
const findingOf = (code: string) =>
  read<ResultsDocument>('results.json').validity.findings.find((finding) => finding.code === code);

describe('--metrics-url', () => {
  test.each(FACES)('the counters of %s on another port', async (face) => {
    const sim = await startSim({ ...QUICK, face });
    const gateway = await startGateway(sim, (path) => (path === '/metrics' ? [404, ''] : undefined));
    const api = face === 'kserve' || face === 'triton' ? ['--api', 'native', '--no-stream'] : [];
    const backend = ['--backend', face, ...api];
    expect((await run(gateway, ...backend, '--metrics-url', `${sim}/metrics`)).code).toBe(0);
    const { before, after } = read<Record<'before' | 'after', Record<string, number | null>>>('server/counters.json');
    const counted = Object.keys(after).filter((name) => (after[name] ?? 0) > (before[name] ?? 0));
    expect(counted).not.toEqual([]);
    expect(readFileSync(join(out, 'server/metrics-after.txt'), 'utf8')).toMatch(/\S/);
    expect(findingOf('SERVER_DISAGREES')).toBeUndefined();
    expect(read<RunDocument>('run.json')).toMatchObject({
      config: { metricsUrl: `${sim}/metrics` },
      capabilities: { hasMetrics: true },
    });
  });

  test('gets no key of the target, and doctor knows it', async () => {
    const sim = await startSim({ ...QUICK, face: 'triton', apiKey: 'key-word' });
    const seen: unknown[] = [];
    const page = 'nv_inference_request_success{model="assay-sim",version="1"} 1\n';
    const metrics = await listen(
      createServer((request, response) => {
        seen.push(request.url, request.headers['authorization']);
        response.end(page);
      }),
    );
    const gateway = await startGateway(sim, (path) => (path === '/metrics' ? [404, ''] : undefined));
    const flags = ['--target', gateway, '--api-key-env', 'KEY', '--metrics-url', metrics];
    const { stdout } = await assayIn({ env: { KEY: 'key-word' } }, 'doctor', ...flags);
    expect(stdout).toMatch(/^ok +metrics +yes/m);
    expect(new Set(seen)).toEqual(new Set(['/metrics', undefined]));
  });

  test('that nobody serves is named', async () => {
    const { stderr, code } = await run(await startSim(QUICK), '--metrics-url', 'http://127.0.0.1:1/metrics');
    expect(stderr).toMatch(/^error TARGET_UNREACHABLE: nothing listens at http:\/\/127\.0\.0\.1:1\/metrics/m);
    expect(code).toBe(5);
  });

  test('holds no credentials', async () => {
    const ended = await run('http://127.0.0.1:1', '--metrics-url', 'http://u:word@127.0.0.1:1/metrics');
    expect(ended.stderr).toMatch(/^error FLAG_INVALID: --metrics-url/);
  });
});

test('a page of HTML in place of the counters is a finding', async () => {
  const gateway = await startGateway(await startSim(QUICK), (path) =>
    path === '/metrics' ? [200, '<!doctype html><html>home</html>'] : undefined,
  );
  expect((await run(gateway)).code).toBe(0);
  expect(findingOf('METRICS_UNREADABLE')?.message).toMatch(
    /^\/metrics is no metrics page: an HTML page: .*--metrics-url/,
  );
});

test('a redirect of the generation route is named with where it points, without its ticket', async () => {
  const redirect = { location: 'https://sso.example.com/login?ticket=secret-ticket' };
  const { target } = await startScripted({
    '/v1/chat/completions': (_, response) => response.writeHead(302, redirect).end('<html>Found</html>'),
  });
  const { stderr, code } = await run(target);
  expect(code).toBe(7);
  expect(stderr).toMatch(/^warning NOTHING_MEASURED: .*HTTP_302.*redirects are not followed/m);
  const says = 'redirects to https://sso.example.com/login, which looks like a login page';
  const line = readFileSync(join(out, 'requests.jsonl'), 'utf8');
  expect(
    line
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as RequestRecord).message),
  ).toEqual(Array(3).fill(says));
  expect(findingOf('REQUESTS_REDIRECTED')?.message).toContain(`3 of 3 requests were answered with a redirect`);
  expect(findingOf('REQUESTS_REDIRECTED')?.message).toContain(says);
  expect(line + readFileSync(join(out, 'results.json'), 'utf8')).not.toContain('secret-ticket');
});

describe('token IDs', () => {
  async function idsSentTo(face: 'llama-cpp' | 'vllm', ...args: readonly string[]): Promise<readonly number[]> {
    const ids: number[] = [];
    const gateway = await startGateway(await startSim({ ...QUICK, face }), (path, body) => {
      if (path.endsWith('/completions')) {
        const { prompt } = JSON.parse(body) as { prompt: unknown };
        if (Array.isArray(prompt)) ids.push(...(prompt as number[]));
      }
      return undefined;
    });
    await run(gateway, '--backend', face, '--api', 'completions', ...args);
    expect(ids.length).toBeGreaterThan(3 * 16 - 1);
    return ids;
  }
  const within = (ids: readonly number[], min: number, max: number): boolean =>
    ids.every((id) => id >= min && id < max);

  test('are those of the vocabulary that the server tells', async () => {
    const ids = await idsSentTo('llama-cpp');
    const { capabilities, config, origins } = read<RunDocument>('run.json');
    const size = capabilities['vocabularySize'] as number;
    expect(config.tokenIdRange?.max).toBe(Math.floor(size * 0.9));
    expect(origins['tokenIdRange']).toBe('detected');
    expect(within(ids, config.tokenIdRange?.min ?? 0, config.tokenIdRange?.max ?? 0)).toBe(true);
  });

  test('are those of the default where it tells none, with the reason', async () => {
    expect(within(await idsSentTo('vllm'), 300, 1500)).toBe(true);
    const { capabilities, config } = read<RunDocument>('run.json');
    expect(config.tokenIdRange).toBeUndefined();
    const unknownBecause = { vocabularySize: 'vLLM has no question for it' };
    expect(capabilities).toMatchObject({ vocabularySize: null, unknownBecause });
  });

  test('are those that were asked for, also with several workers', async () => {
    expect(within(await idsSentTo('vllm', '--token-id-range', '40-49', '--workers', '2'), 40, 50)).toBe(true);
  });

  test('beyond the vocabulary are refused', async () => {
    const sim = await startSim({ ...QUICK, face: 'llama-cpp' });
    const ended = await run(sim, '--api', 'completions', '--token-id-range', '5-999999999');
    expect(ended.stderr).toMatch(/error CONFIG_CONFLICT: --token-id-range goes up to 999999999, and the vocabulary/);
    expect(ended.code).toBe(2);
  });
});

describe('parameters of single runtimes', () => {
  test('work with a runtime that was found by its answers', async () => {
    const args = ['--tokens-per-event', 'token-ids', '--cache-salt', 'a', '--priority', '0'];
    expect((await run(await startSim(QUICK), ...args)).code).toBe(0);
    const config = { backend: 'vllm', tokensPerEvent: 'token-ids', cacheSalt: 'a', priority: 0 };
    expect(read<RunDocument>('run.json').config).toMatchObject(config);
  });

  test.each([
    ['llama-cpp', ['--tokens-per-event', 'continuous-usage'], undefined],
    ['sglang', ['--tokens-per-event', 'continuous-usage'], undefined],
    [
      'sglang',
      ['--tokens-per-event', 'token-ids'],
      /--tokens-per-event token-ids is known to vllm only, and the server is measured as sglang/,
    ],
    ['llama-cpp', ['--cache-salt', 'a'], /--cache-salt is known to vllm only, and the server is measured as llama-cpp/],
    [
      'tgi',
      ['--tokens-per-event', 'continuous-usage'],
      /is known to vllm, sglang and llama-cpp only, and the server is measured as tgi/,
    ],
  ] as const)('%s and %j: %s', async (face, args, refusal) => {
    const { code, stderr } = await run(await startSim({ ...QUICK, face }), ...args);
    if (refusal !== undefined) expect(stderr).toMatch(refusal);
    expect(code).toBe(refusal === undefined ? 0 : 2);
  });

  test('and a runtime that was named without them is told before the server is asked', async () => {
    const { code, stderr } = await run('http://127.0.0.1:1', '--backend', 'openai', '--priority', '1');
    expect(stderr).toMatch(/^error CONFIG_CONFLICT: --priority is known to vllm only, and --backend is openai/);
    expect(code).toBe(2);
  });
});
