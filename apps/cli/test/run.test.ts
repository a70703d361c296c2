import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { OBJECTIVE_METRICS } from '../src/config/objective-text.ts';
import { assay, assayIn, ROOT, startAssay, startSim, temporaryFolder } from './assay.ts';
import { listen } from './gateway.ts';

const execute = promisify(execFile);
const SHORT = ['--input-tokens', '16', '--output-tokens', '8'] as const;
const FEW = ['--requests', '3', ...SHORT] as const;
const QUICK = { ttftMs: 5, itlMs: 1 } as const;

const readJson = <T>(...path: readonly string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

function readRecords(directory: string): readonly RequestRecord[] {
  const lines = readFileSync(join(directory, 'requests.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RequestRecord);
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (isTrue()) return;
    await sleep(20);
  }
  throw new Error(`never: ${what}`);
}

const hasRecords = (directory: string, count: number): boolean =>
  existsSync(join(directory, 'requests.jsonl')) &&
  readFileSync(join(directory, 'requests.jsonl'), 'utf8').split('\n').length > count;

describe('a run on the embedded service', () => {
  test('writes every file, prints a summary and ends with 0', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['run', '--simulate', '--rate', '40', '--requests', '20', ...SHORT, '--out', out];
    const ended = await startAssay(args).ended;
    expect(ended.stderr).not.toContain('error');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('20 requests offered, 20 ok');
    expect(ended.stdout).toContain('time to first token');
    const run = readJson<RunDocument>(out, 'run.json');
    expect(run.status).toBe('finished');
    expect(run.window).not.toBeNull();
    expect(run.origins['load']).toBe('flag');
    expect(run.config.model).toBe('assay-sim');
    expect(readRecords(out)).toHaveLength(20);
    const results = readJson<ResultsDocument>(out, 'results.json');
    expect(results.outcomes).toMatchObject({ offered: 20, ok: 20 });
    const ttft = results.metrics.find((metric) => metric.id === 'ttft_ms' && metric.statistic === 'p50');
    expect(ttft?.state === 'measured' && ttft.value).toBeGreaterThan(45);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<html');
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('#');
  });

  test('goes to runs/<time>-<name> without --out', async () => {
    const folder = temporaryFolder();
    const target = await startSim(QUICK);
    const ended = await assayIn({ cwd: folder }, 'run', '--target', target, ...FEW, '--name', 'mine');
    expect(ended.code).toBe(0);
    const path = /written to (runs\/\d{8}T\d{6}Z-mine)/.exec(ended.stdout)?.[1];
    expect(path === undefined ? [] : existsSync(join(folder, path, 'results.json'))).toBe(true);
  });
});

describe('a run on a server', () => {
  test('prints exactly results.json with --json, and NDJSON progress with --log json', async () => {
    const out = join(temporaryFolder(), 'run');
    const target = await startSim(QUICK);
    const ended = await assay('run', '--target', target, ...FEW, '--out', out, '--json', '--log', 'json');
    expect(ended.code).toBe(0);
    const results = readJson<ResultsDocument>(out, 'results.json');
    expect(JSON.parse(ended.stdout)).toEqual(results);
    // What an objective may name is what a run reports.
    const reported = results.metrics.map(({ id, statistic }) => `${id}.${statistic}`);
    const named = Object.entries(OBJECTIVE_METRICS).flatMap(([id, all]) => all.map((one) => `${id}.${one}`));
    const onlyWhereAsked = [
      'embeddings_per_second',
      'structured_valid_ratio',
      'tool_call_ratio',
      'tool_call_valid_ratio',
    ];
    const always = named.filter((name) => !onlyWhereAsked.includes(name.split('.')[0] ?? ''));
    expect(new Set(reported)).toEqual(new Set(always));
    const kinds = ended.stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toContain('run-started');
    expect(kinds.at(-1)).toBe('run-finished');
  });

  test.each([
    ['ttft_ms.p50<10000', 0],
    ['ttft_ms.p50<1', 4],
    ['ttft_ms.p99.9<10000', 3],
  ])('objective %s gives exit code %i', async (objective, code) => {
    const out = join(temporaryFolder(), 'run');
    const target = await startSim({ ttftMs: 10, itlMs: 1 });
    const load = ['--concurrency', '4', '--requests', '16', ...SHORT];
    const ended = await assay('run', '--target', target, ...load, '--slo', objective, '--out', out);
    expect(ended.code).toBe(code);
  });

  test('faults are failures with codes, and the run still ends with 0', async () => {
    const out = join(temporaryFolder(), 'run');
    const target = await startSim({ ...QUICK, faults: 'error-event:#1,cut:#2,http-429:#3' });
    const ended = await assay('run', '--target', target, '--requests', '6', ...SHORT, '--out', out);
    expect(ended.code).toBe(0);
    expect(readJson<ResultsDocument>(out, 'results.json').outcomeCodes).toEqual({
      STREAM_ERROR_EVENT: 1,
      STREAM_TRUNCATED: 1,
      HTTP_429: 1,
    });
  });

  test.each(['net', 'undici'])('whole answers and a key through %s', async (transport) => {
    const out = join(temporaryFolder(), 'run');
    const target = await startSim({ ...QUICK, apiKey: 'secret-word' });
    const args = ['run', '--target', `${target}/v1/`, '--no-stream', '--requests', '4', ...SHORT, '--out', out];
    const env = { TEST_KEY: 'secret-word' };
    const ended = await assayIn({ env }, ...args, '--transport', transport, '--api-key-env', 'TEST_KEY');
    expect(ended.stderr).not.toContain('error');
    expect(ended.code).toBe(0);
    expect(readJson<ResultsDocument>(out, 'results.json').outcomes.ok).toBe(4);
    for (const file of ['run.json', 'requests.jsonl', 'report.html']) {
      expect(readFileSync(join(out, file), 'utf8')).not.toContain('secret-word');
    }
  });

  test('a trace is replayed with its lengths', async () => {
    const folder = temporaryFolder();
    const trace = join(folder, 'trace.jsonl');
    const rows = [0, 50, 120].map((timestamp, at) =>
      JSON.stringify({ timestamp, input_length: 10 + at, output_length: 4 + at, hash_ids: [] }),
    );
    writeFileSync(trace, `${rows.join('\n')}\n`);
    const target = await startSim(QUICK);
    const ended = await assay('run', '--target', target, '--trace', trace, '--out', join(folder, 'run'));
    expect(ended.code).toBe(0);
    const records = [...readRecords(join(folder, 'run'))].sort((a, b) => a.index - b.index);
    expect(records.map((record) => record.scheduledMs)).toEqual([0, 50, 120]);
    expect(records.map((record) => record.outputTokens)).toEqual([4, 5, 6]);
  });
});

describe('an interrupted run', () => {
  /** Answers of very different lengths: some records soon, and always streams that are open. */
  const start = async (out: string, longest: number): Promise<ReturnType<typeof startAssay>> => {
    const target = await startSim({ ttftMs: 20, itlMs: 20 });
    const load = [
      '--rate',
      '50',
      '--duration',
      '60s',
      '--input-tokens',
      '8',
      '--output-tokens',
      `uniform:1,${longest}`,
    ];
    const running = startAssay(['run', '--target', target, ...load, '--out', out]);
    await until(() => hasRecords(out, 2), `records in ${out}: ${running.stderrSoFar()}`);
    return running;
  };

  test('Ctrl-C once waits for open requests, keeps everything and ends with 6', async () => {
    const out = join(temporaryFolder(), 'run');
    const running = await start(out, 10);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(6);
    expect(readJson<RunDocument>(out, 'run.json').status).toBe('aborted');
    const results = readJson<ResultsDocument>(out, 'results.json');
    expect(results.outcomes.aborted).toBe(0);
    expect(results.outcomes.ok).toBe(results.outcomes.offered);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });

  test('Ctrl-C twice stops at once and still keeps everything', async () => {
    const out = join(temporaryFolder(), 'run');
    const running = await start(out, 2000);
    running.child.kill('SIGINT');
    await until(() => running.stderrSoFar().includes('stopping'), 'the note');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(6);
    expect(readJson<ResultsDocument>(out, 'results.json').outcomes.aborted).toBeGreaterThan(0);
  });

  test('SIGTERM before the load ends it at once, whatever questions are open', async () => {
    const out = join(temporaryFolder(), 'run');
    let isAsked = false;
    const silent = createServer((socket) => {
      socket.on('error', () => socket.destroy()).resume();
      isAsked = true;
    });
    const target = await listen(silent);
    const running = startAssay(['run', '--target', target, ...FEW, '--out', out]);
    await until(() => isAsked, `a question: ${running.stderrSoFar()}`);
    const stoppedMs = performance.now();
    running.child.kill('SIGTERM');
    const ended = await running.ended;
    expect(ended.stderr).toMatch(/^error INTERRUPTED: /m);
    expect(ended.code).toBe(6);
    expect(existsSync(out)).toBe(false);
    // The open question itself would wait for 10 s.
    expect(performance.now() - stoppedMs).toBeLessThan(8000);
  });

  test('after kill -9 and with a torn last line the report can be made', async () => {
    const out = join(temporaryFolder(), 'run');
    const running = await start(out, 2000);
    running.child.kill('SIGKILL');
    await running.ended;
    const written = readRecords(out).length;
    appendFileSync(join(out, 'requests.jsonl'), '{"index":9999,"phase":"mea');
    expect(readJson<RunDocument>(out, 'run.json').status).toBe('running');
    const ended = await assay('report', out);
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(readJson<ResultsDocument>(out, 'results.json').outcomes.offered).toBe(written);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });

  test('a full disk keeps what was measured', async () => {
    const out = join(temporaryFolder(), 'run');
    const target = await startSim({ ttftMs: 0, itlMs: 0 });
    // A limit on the size of files stands in for a full disk: writes fail the same way.
    const command = 'ulimit -f 64; exec "$@"';
    const args = ['run', '--target', target, '--concurrency', '8', '--requests', '5000', ...SHORT, '--out', out];
    const program = [process.execPath, '--conditions=@assay/source', 'apps/cli/src/main.ts', ...args];
    const ended = await execute('bash', ['-c', command, 'bash', ...program], { cwd: ROOT }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(ended.stderr).toMatch(/^error DISK_FULL: .+ \(hint: .+\)$/m);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stdout).toContain('requests offered');
    expect(readJson<RunDocument>(out, 'run.json').status).toBe('failed');
    expect(readFileSync(join(out, 'requests.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(50);
  });

  const isMountAllowed = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
  test.skipIf(!isMountAllowed)(
    'on a full file system run.json says that the run failed, and only its files are there',
    async () => {
      const mount = temporaryFolder();
      const target = await startSim({ ttftMs: 0, itlMs: 0 });
      const script = [
        `mount -t tmpfs -o size=200k tmpfs ${mount}`,
        '"$@"; code=$?',
        `cp ${mount}/run/run.json "$KEPT/run.json"; ls -A ${mount}/run > "$KEPT/files"; exit $code`,
      ].join(' && ');
      const kept = temporaryFolder();
      const args = [
        'run',
        '--target',
        target,
        '--concurrency',
        '8',
        '--requests',
        '5000',
        ...SHORT,
        '--out',
        `${mount}/run`,
      ];
      const program = [process.execPath, '--conditions=@assay/source', 'apps/cli/src/main.ts', ...args];
      const inside = ['-Urm', 'bash', '-c', script, 'bash', ...program];
      const ended = await execute('unshare', inside, { cwd: ROOT, env: { ...process.env, KEPT: kept } }).catch(
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      expect(ended.stderr).toMatch(/^error DISK_FULL: /m);
      expect(ended).toMatchObject({ code: 1 });
      expect(readJson<RunDocument>(kept, 'run.json')).toMatchObject({ status: 'failed', window: expect.anything() });
      expect(readFileSync(join(kept, 'files'), 'utf8')).not.toMatch(/partial|assay-/);
    },
  );

  test('a report on a full disk shows the figures and says what is missing', async () => {
    const out = join(temporaryFolder(), 'run');
    const ran = await assay('run', '--target', await startSim(QUICK), ...FEW, '--out', out);
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
    const before = readFileSync(join(out, 'results.json'), 'utf8');
    // A device that is always full.
    symlinkSync('/dev/full', join(out, 'results.json.partial'));
    const ended = await assay('report', out);
    expect(ended.stderr).toMatch(/^error DISK_FULL: .+ \(hint: .+assay report .+\)$/m);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe(ran.stdout);
    expect(readdirSync(out).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe(before);
  });
});

test('readers of both outputs that went away leave the run whole', async () => {
  const out = join(temporaryFolder(), 'run');
  const { child, ended } = startAssay(['run', '--target', await startSim(QUICK), ...FEW, '--out', out]);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  expect((await ended).code).toBe(0);
  expect(readJson<RunDocument>(out, 'run.json').status).toBe('finished');
  expect(existsSync(join(out, 'report.html'))).toBe(true);
});
