import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type RequestRecord, type RunDocument, validate } from '@assay/contracts';
import { startSimulator } from '@assay/simulator';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { assay, assayIn, type Ended, startAssay, temporaryFolder } from './assay.ts';

const TOKEN = 'a token for these tests';
const SHORT = ['--input-tokens', '16', '--output-tokens', '4'] as const;

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(typeof address === 'object' && address !== null ? address.port : 0);
}

interface RemoteRun {
  readonly ended: Ended;
  readonly workers: readonly Ended[];
  readonly run: RunDocument;
  readonly records: readonly RequestRecord[];
}

/** A run whose workers are processes that know an address, a place and a token. */
async function runWith(count: number, args: readonly string[]): Promise<RemoteRun> {
  const port = await freePort();
  const env = { ASSAY_SHARD_TOKEN: TOKEN };
  const out = join(temporaryFolder(), 'run');
  const workers = Array.from({ length: count }, (_, index) =>
    startAssay(['shard', '--coordinator', `127.0.0.1:${port}`], {
      env: { ...env, JOB_COMPLETION_INDEX: String(index) },
    }),
  );
  const listen = ['--shards', String(count), '--listen', `127.0.0.1:${port}`, '--out', out];
  const ended = await assayIn({ env }, 'run', ...args, ...listen);
  const lines = readFileSync(join(out, 'requests.jsonl'), 'utf8').trim().split('\n');
  return {
    ended,
    workers: await Promise.all(workers.map((worker) => worker.ended)),
    run: JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunDocument,
    records: lines.map((line) => JSON.parse(line) as RequestRecord),
  };
}

describe('workers of other machines', () => {
  test('they join, make the load of a trace that they do not have, and stand in run.json', async () => {
    const simulator = await startSimulator({ port: 0, ttftMs: 5, itlMs: 1 });
    onTestFinished(() => simulator.close());
    const trace = join(temporaryFolder(), 'trace.jsonl');
    const rows = Array.from({ length: 40 }, (_, at) => ({
      timestamp: at * 10,
      input_length: 20 + at,
      output_length: 3,
    }));
    writeFileSync(trace, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    const { ended, workers, run, records } = await runWith(2, [
      '--target',
      simulator.origin,
      '--trace',
      trace,
      '--json',
    ]);
    expect(ended.stderr).not.toContain('ENVIRONMENT_UNKNOWN');
    expect(workers.map(({ code, stderr }) => [code, stderr.split(' as ')[1]])).toEqual([
      [0, 'worker 0\n'],
      [0, 'worker 1\n'],
    ]);
    expect(ended.code).toBe(0);
    expect(validate('run', run)).toMatchObject({ ok: true });
    expect(run.workers).toMatchObject([
      { index: 0, kind: 'remote', host: expect.any(String), requests: 20, clockErrorMs: expect.any(Number) },
      { index: 1, kind: 'remote', requests: 20 },
    ]);
    expect(records.toSorted((a, b) => a.index - b.index).map(({ scheduledMs }) => scheduledMs)).toEqual(
      rows.map(({ timestamp }) => timestamp),
    );
    expect(records.every(({ outcome }) => outcome === 'ok')).toBe(true);
  }, 90_000);

  test('a worker with another token ends with 2, and so does the wait for it, with its address', async () => {
    const port = await freePort();
    const simulator = await startSimulator({ port: 0 });
    onTestFinished(() => simulator.close());
    const load = ['--target', simulator.origin, '--requests', '4', '--concurrency', '2', ...SHORT];
    const wait = ['--shards', '1', '--listen', `127.0.0.1:${port}`, '--start-within', '5s'];
    const running = assayIn({ env: { ASSAY_SHARD_TOKEN: TOKEN }, cwd: temporaryFolder() }, 'run', ...load, ...wait);
    const env = { ASSAY_SHARD_TOKEN: 'somebody else entirely' };
    const stranger = await assayIn({ env }, 'shard', '--coordinator', `127.0.0.1:${port}`, '--index', '0');
    expect(stranger.code).toBe(2);
    expect(stranger.stderr).toContain('LINK_REFUSED');
    const ended = await running;
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('a connection from 127.0.0.1 was refused: it has another token');
    expect(ended.stderr).toContain('WORKER_START_FAILED: worker 0 has not joined within 5 s');
  }, 90_000);

  test('Ctrl-C ends the wait for workers, and SIGTERM a worker: the first process of a container', async () => {
    const port = await freePort();
    const simulator = await startSimulator({ port: 0 });
    onTestFinished(() => simulator.close());
    const env = { ASSAY_SHARD_TOKEN: TOKEN };
    const load = ['--target', simulator.origin, '--requests', '4', '--concurrency', '2', ...SHORT];
    const wait = ['--shards', '2', '--listen', `127.0.0.1:${port}`, '--out', join(temporaryFolder(), 'run')];
    const run = startAssay(['run', ...load, ...wait], { env });
    const worker = startAssay(['shard', '--coordinator', `127.0.0.1:${port}`, '--index', '1'], { env });
    await vi.waitFor(() => expect(run.stderrSoFar()).toContain('worker 1 has joined'), { timeout: 60_000 });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(6);
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(6);
    expect(ended.stderr).toContain('INTERRUPTED');
  }, 90_000);

  test('nobody waits: exit code 5 after the time to join', async () => {
    const env = { ASSAY_SHARD_TOKEN: TOKEN };
    const args = ['--coordinator', `127.0.0.1:${await freePort()}`, '--index', '0', '--join-within', '10ms'];
    const ended = await assayIn({ env }, 'shard', ...args);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain('COORDINATOR_UNREACHABLE');
  });

  test.each([
    [['shard', '--coordinator', '127.0.0.1:1'], 'JOB_COMPLETION_INDEX'],
    [['shard', '--coordinator', '127.0.0.1:1', '--index', '0'], 'CONFIG_AUTH_MISSING'],
    [['shard', '--coordinator', 'http://x', '--index', '0'], 'FLAG_INVALID: --coordinator'],
    [['run', '--simulate', '--requests', '5', '--shards', '2'], '--shards and --simulate exclude each other'],
    [['run', '--target', 'http://x', '--requests', '5', '--shards', '6'], 'at most 1 workers have a part'],
    [['run', '--target', 'http://x', '--requests', '5', '--shards', '0'], 'FLAG_INVALID: --shards'],
    [['run', '--target', 'http://x', '--requests', '5', '--pods', '2'], '--pods needs --namespace'],
    [['run', '--target', 'http://x', '--requests', '5', '--namespace', 'a'], '--namespace belongs to --pods'],
    [['run', '--target', 'http://x', '--requests', '5', '--pods', '1', '--shards', '1'], 'exclude each other'],
  ])('%j is refused: %s', async (args, text) => {
    const ended = await assay(...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(text);
  });

  test('files with secrets do not travel to pods', async () => {
    const key = join(temporaryFolder(), 'key');
    writeFileSync(key, 'sk-1234567890');
    const pods = ['--pods', '1', '--namespace', 'load', '--image', 'assay:1'];
    const ended = await assay('run', '--target', 'http://x', '--requests', '5', '--api-key-file', key, ...pods);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('secrets are not sent');
  });
});

describe('manifests', () => {
  const pods = ['--pods', '4', '--namespace', 'load', '--image', 'registry.example.com/assay:1.0'];

  test('run --print-manifest prints the Job it would create, and asks nobody', async () => {
    const load = ['--target', 'http://llm.serving:8000', '--rate', '100', '--duration', '60s', '--name', 'Night_Run'];
    const { code, stdout } = await assay('run', ...load, ...pods, '--advertise', '10.1.2.3:7000', '--print-manifest');
    expect(code).toBe(0);
    const job = parse(stdout);
    expect(job.metadata.name).toMatch(/^assay-night-run-[0-9a-f]{6}$/);
    expect(job.spec).toMatchObject({ completions: 4, completionMode: 'Indexed', suspend: true });
    expect(job.spec.template.spec.containers[0].args).toContain('10.1.2.3:7000');
  });

  test('job render prints a Job that begins at once', async () => {
    const { stdout } = await assay('job', 'render', ...pods, '--coordinator', '10.0.0.5', '--pod-secret', 'llm-key');
    const job = parse(stdout);
    expect(job.metadata).toMatchObject({ name: 'assay-load', namespace: 'load' });
    expect(job.spec.suspend).toBeUndefined();
    const [container] = job.spec.template.spec.containers;
    expect(container.args).toContain('10.0.0.5:7420');
    expect(container.envFrom).toEqual([{ secretRef: { name: 'llm-key' } }]);
  });

  test('job access prints rights in one namespace', async () => {
    const { stdout } = await assay('job', 'access', '--namespace', 'load');
    expect(stdout.match(/^kind: .*/gm)).toEqual(['kind: ServiceAccount', 'kind: Role', 'kind: RoleBinding']);
    expect(stdout).not.toContain('Cluster');
  });
});
