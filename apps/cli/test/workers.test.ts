import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestRecord, type RunDocument, validate } from '@assay/contracts';
import { startSimulator } from '@assay/simulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { assay, startAssay, startSim, temporaryFolder } from './assay.ts';

const SHORT = ['--input-tokens', '16', '--output-tokens', '8'] as const;

function readRun(directory: string): RunDocument {
  return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunDocument;
}

function readRecords(directory: string): readonly RequestRecord[] {
  const path = join(directory, 'requests.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines.slice(0, -1).map((line) => JSON.parse(line) as RequestRecord);
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (isTrue()) return;
    await sleep(20);
  }
  throw new Error(`never: ${what}`);
}

/** Processes whose parent is the given one. */
function childrenOf(pid: number | undefined): readonly number[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === pid).map(([own]) => own ?? Number.NaN);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('several workers', () => {
  test.each([
    ['--workers', 'thread', 3],
    ['--processes', 'process', 2],
  ] as const)('%s: the server never sees more than the concurrency', async (flag, kind, count) => {
    const simulator = await startSimulator({ port: 0, ttftMs: 5, itlMs: 1 });
    onTestFinished(() => simulator.close());
    const out = join(temporaryFolder(), 'run');
    const load = ['--concurrency', '7', '--requests', '90', '--warmup-requests', '9'];
    const ended = await assay(
      'run',
      '--target',
      simulator.origin,
      ...load,
      ...SHORT,
      flag,
      String(count),
      '--out',
      out,
    );
    expect(ended.stderr).toContain(`${count} ${kind === 'thread' ? 'threads' : 'processes'} make the load`);
    expect(ended.code).toBe(0);
    expect(simulator.stats().maxInFlight).toBe(7);
    const run = readRun(out);
    expect(run.workers).toHaveLength(count);
    for (const [index, worker] of (run.workers ?? []).entries()) {
      expect(worker).toMatchObject({ index, kind, status: 'finished', clockErrorMs: expect.any(Number) });
    }
    expect(validate('run', run)).toMatchObject({ ok: true });
    expect(readRecords(out)).toHaveLength(99);
    expect(run.clientHealth?.findings.map(({ code }) => code)).not.toContain('WORKER_LOST');
  });

  test('1 = 2 = 4: the same requests at the same times', async () => {
    const target = await startSim({ ttftMs: 1, itlMs: 1 });
    const load = ['--rate', '300', '--arrival', 'gamma:0.5', '--requests', '60', '--input-tokens', 'uniform:8,40'];
    const texts: string[] = [];
    for (const workers of ['1', '2', '4']) {
      const out = join(temporaryFolder(), 'run');
      await assay('run', '--target', target, ...load, '--output-tokens', '4', '--workers', workers, '--out', out);
      const sorted = readRecords(out).toSorted((a, b) => a.index - b.index);
      texts.push(
        sorted.map(({ index, scheduledMs, inputTokens }) => `${index} ${scheduledMs} ${inputTokens}`).join('\n'),
      );
    }
    expect(texts[0]?.split('\n')).toHaveLength(60);
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  });

  test('Ctrl-C drains all processes, keeps what was measured, and leaves none behind', async () => {
    const target = await startSim({ ttftMs: 5, itlMs: 5 });
    const out = join(temporaryFolder(), 'run');
    const running = startAssay([
      'run',
      '--target',
      target,
      '--concurrency',
      '4',
      '--duration',
      '60s',
      ...SHORT,
      '--processes',
      '2',
      '--out',
      out,
    ]);
    await until(() => readRecords(out).length > 0, 'records');
    const children = childrenOf(running.child.pid);
    expect(children).toHaveLength(2);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(6);
    expect(readRun(out).status).toBe('aborted');
    for (const record of readRecords(out)) expect(record.outcome).toBe('ok');
    expect(children.filter(isAlive)).toEqual([]);
  });

  test('kill -9 of the program: the records so far can be reported, and its processes end', async () => {
    const target = await startSim({ ttftMs: 5, itlMs: 1 });
    const out = join(temporaryFolder(), 'run');
    const running = startAssay([
      'run',
      '--target',
      target,
      '--concurrency',
      '4',
      '--duration',
      '60s',
      ...SHORT,
      '--processes',
      '2',
      '--out',
      out,
    ]);
    await until(() => readRecords(out).length > 40, 'records');
    const children = childrenOf(running.child.pid);
    running.child.kill('SIGKILL');
    await running.ended;
    await until(() => children.every((pid) => !isAlive(pid)), 'the end of the processes');
    const ended = await assay('report', out);
    expect(ended.code).toBe(0);
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toContain('RUN_INCOMPLETE');
  });

  test('threads and processes at once are refused', async () => {
    const ended = await assay(
      'run',
      '--simulate',
      '--requests',
      '1',
      '--rate',
      '1',
      '--workers',
      '2',
      '--processes',
      '2',
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('CONFIG_CONFLICT: --workers and --processes exclude each other');
  });
});
