import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent, ShardLink } from '../src/index.ts';
import { BASE_CONFIG } from './run-harness.ts';
import { runWorkers, type ShardedResult, startWorkers } from './shard-harness.ts';
import type { TestJob } from './shard-parts.ts';
import { startTinyServer, type TinyServer } from './tiny-server.ts';

let tiny: TinyServer;
beforeEach(async () => {
  tiny = await startTinyServer();
});
afterEach(() => {
  tiny.server.close();
});

const jobOf = (change: Partial<TestJob>, config: Partial<TestJob['config']> = {}): TestJob => ({
  port: tiny.port,
  config: { ...BASE_CONFIG, ...config },
  ...change,
});

/** What does not depend on how long answers took. */
function scheduleText({ records }: ShardedResult): string {
  return records
    .toSorted((a, b) => (a.phase === b.phase ? a.index - b.index : a.phase < b.phase ? 1 : -1))
    .map((record) => [
      record.phase,
      record.index,
      record.scheduledMs,
      record.inputTokensRequested,
      record.outputTokensRequested,
    ])
    .join('\n');
}

describe('one load by several workers', () => {
  test('1 = 2 = 4 threads = 2 processes: the same offsets, the same prompts, the same records, to the bit', async () => {
    const load = { kind: 'poisson', ratePerSecond: 400 } as const;
    const job = jobOf({ requests: 90 }, { load, warmupRequests: 9 });
    const runs = [
      await runWorkers('thread', 1, job),
      await runWorkers('thread', 2, job),
      await runWorkers('thread', 4, job),
      await runWorkers('process', 2, job),
    ];
    for (const { summary, records } of runs) {
      expect(summary).toMatchObject({ status: 'finished', offered: 90, warmupRequests: 9, outcomes: { ok: 90 } });
      expect(records).toHaveLength(99);
    }
    const [first = '', ...others] = runs.map(scheduleText);
    expect(first.split('\n')).toHaveLength(99);
    for (const other of others) expect(other).toBe(first);
    expect(runs[3]?.summary.workers).toMatchObject([
      { index: 0, kind: 'process', status: 'finished', requests: 50 },
      { index: 1, kind: 'process', status: 'finished', requests: 49 },
    ]);
  });

  test.each([
    ['thread', 3],
    ['process', 2],
  ] as const)(
    'closed loop, workers of kind %s: never above the permits, and full while there is work',
    async (kind, count) => {
      const load = { kind: 'concurrency', concurrency: 7 } as const;
      // The requests of one worker take ten times as long: the others lend it their permits when they are done.
      tiny.server.close();
      tiny = await startTinyServer(undefined, (id) => (Number(/\d+$/.exec(id)?.[0]) % count === 0 ? 40 : 4));
      const { summary, records } = await runWorkers(kind, count, jobOf({ requests: 90 }, { load }));
      expect(summary.outcomes.ok).toBe(90);
      expect(tiny.inFlight.max).toBe(7);
      expect(records.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 90 }, (_, i) => i),
      );
      const spanMs =
        Math.max(...records.map(({ endMs }) => endMs ?? 0)) - Math.min(...records.map(({ sentMs }) => sentMs ?? 0));
      const busyMs = records.reduce((sum, { endMs, sentMs }) => sum + (endMs ?? 0) - (sentMs ?? 0), 0);
      // Without lending, the slow worker would be alone with its third (or half) of the permits for most of the time.
      expect(busyMs / spanMs).toBeGreaterThan(0.6 * 7);
    },
  );

  test('conversations stay with one worker and in order', async () => {
    const load = { kind: 'concurrency', concurrency: 4 } as const;
    const { summary, records } = await runWorkers('thread', 2, jobOf({ requests: 31, turns: 3 }, { load }));
    expect(summary.outcomes.ok).toBe(31);
    expect(tiny.inFlight.max).toBeLessThanOrEqual(4);
    for (const record of records) {
      const before = records.find(({ index }) => index === record.index - 1);
      if ((record.session?.turn ?? 0) > 0) expect(before?.endMs).toBeLessThan(record.sentMs ?? 0);
    }
  });

  test('conversations of an open loop: 1 = 3 threads = 2 processes in their beginnings, to the bit, and in all requests', async () => {
    const load = { kind: 'poisson', ratePerSecond: 100 } as const;
    const job = jobOf({ requests: 61, turns: 4, sessions: 'whole' }, { load, warmupRequests: 5 });
    const runs = [
      await runWorkers('thread', 1, job),
      await runWorkers('thread', 3, job),
      await runWorkers('process', 2, job),
    ];
    for (const { summary, records } of runs) {
      expect(summary).toMatchObject({ status: 'finished', offered: 61, warmupRequests: 5, outcomes: { ok: 61 } });
      for (const { index, session, scheduledMs, phase } of records) {
        if (phase === 'warmup' || session === undefined || session.turn === 0) continue;
        const before = records.find((other) => other.phase === 'measure' && other.index === index - 1);
        // Think time: a millisecond; records round to the microsecond.
        expect(scheduledMs - (before?.endMs ?? 0)).toBeCloseTo(1, 2);
      }
    }
    const beginnings = (run: ShardedResult): string =>
      scheduleText({
        ...run,
        records: run.records.filter(({ phase, session }) => phase === 'warmup' || session?.turn === 0),
      });
    const texts = runs.map(beginnings);
    expect(texts[0]?.split('\n')).toHaveLength(5 + 16);
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
    const untimed = (run: ShardedResult): string =>
      scheduleText({ ...run, records: run.records.map((record) => ({ ...record, scheduledMs: 0 })) });
    expect(new Set(runs.map(untimed)).size).toBe(1);
  });

  test('the limit of an open loop holds over all workers', async () => {
    const load = { kind: 'constant', ratePerSecond: 1000 } as const;
    const { summary, records } = await runWorkers('thread', 2, jobOf({ requests: 100 }, { load, maxInFlight: 3 }));
    expect(tiny.inFlight.max).toBeLessThanOrEqual(3);
    expect(summary.outcomes.dropped).toBeGreaterThan(0);
    expect(summary.outcomes.ok + summary.outcomes.dropped).toBe(100);
    expect(records).toHaveLength(100);
  });

  test('a stop drains, a second one ends what is in flight', async () => {
    const load = { kind: 'concurrency', concurrency: 4 } as const;
    tiny.server.close();
    tiny = await startTinyServer(undefined, () => 30_000);
    const stop = new AbortController();
    const kill = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.kind !== 'tick') return;
      if (event.inFlight === 4) stop.abort();
      if (event.phase === 'drain') kill.abort();
    };
    const extra = { signal: stop.signal, killSignal: kill.signal, onEvent };
    const { summary, records } = await runWorkers('thread', 2, jobOf({ requests: 90 }, { load }), extra);
    expect(summary).toMatchObject({ status: 'aborted', offered: 4, outcomes: { aborted: 4 } });
    expect(records).toHaveLength(4);
  });
});

/** Kills a worker's process when that many requests were sent. */
function killOnce(link: ShardLink | undefined, sent: number): (event: RunEvent) => void {
  let pid = link?.pid;
  return (event) => {
    if (event.kind !== 'tick' || event.sent <= sent || pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    pid = undefined;
  };
}

describe('a worker that is lost', () => {
  const indices = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

  test('a thread that throws in the middle: a finding, its requests are records, the others take its permits', async () => {
    const load = { kind: 'concurrency', concurrency: 6 } as const;
    const { summary, records } = await runWorkers('thread', 2, jobOf({ requests: 400, throwAt: 161 }, { load }));
    expect(summary.status).toBe('finished');
    expect(records.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(indices(400));
    const lost = records.filter(({ code }) => code === 'WORKER_LOST');
    expect(lost.length).toBeGreaterThan(0);
    for (const { index, outcome } of lost) {
      expect(index % 2).toBe(1);
      expect(['aborted', 'dropped']).toContain(outcome);
    }
    expect(summary.outcomeCodes['WORKER_LOST']).toBe(lost.length);
    expect(Object.values(summary.outcomes).reduce((sum, count) => sum + count, 0)).toBe(400);
    expect(records.filter(({ index, outcome }) => index % 2 === 0 && outcome === 'ok')).toHaveLength(200);
    expect(summary.clientHealth.findings).toContainEqual(
      expect.objectContaining({ code: 'WORKER_LOST', message: expect.stringContaining('a defect in this worker') }),
    );
    expect(summary.workers).toMatchObject([{ status: 'finished' }, { status: 'lost' }]);
  });

  test('kill -9 of one of two processes: the rest of its schedule is a shortfall', async () => {
    const load = { kind: 'constant', ratePerSecond: 200 } as const;
    const job = jobOf({ requests: 160 }, { load });
    const links = startWorkers('process', 2, job);
    const onEvent = killOnce(links[1], 20);
    const { summary, records } = await runWorkers('process', 2, job, { links, onEvent });
    expect(records.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(indices(160));
    for (const record of records) expect(record.scheduledMs).toBe(record.index * 5);
    const of = (part: number): string[] =>
      records.filter(({ index }) => index % 2 === part).map(({ outcome }) => outcome);
    expect(of(0)).toEqual(Array(80).fill('ok'));
    expect(of(1)).toContain('ok');
    expect(of(1)).toContain('dropped');
    const codes = summary.clientHealth.findings.map(({ code }) => code);
    expect(codes).toContain('WORKER_LOST');
    expect(codes).toContain('OFFERED_SHORTFALL');
    expect(summary.clientHealth.findings.find(({ code }) => code === 'WORKER_LOST')?.message).toContain('SIGKILL');
  });

  test('all of them: the run has failed, and says so', async () => {
    const load = { kind: 'concurrency', concurrency: 2 } as const;
    const job = jobOf({ requests: 5000 }, { load });
    const links = startWorkers('process', 1, job);
    const onEvent = killOnce(links[0], 0);
    const { summary } = await runWorkers('process', 1, job, { links, onEvent });
    expect(summary).toMatchObject({ status: 'failed', failure: { code: 'WORKER_LOST' } });
  });

  test('one that cannot start: the run does not begin', async () => {
    const job = jobOf({ requests: 5 }, { load: { kind: 'constant', ratePerSecond: -1 } });
    const good = jobOf({ requests: 5 });
    const run = runWorkers('thread', 2, good, { job });
    await expect(run).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: expect.stringContaining('SCHEDULE_INVALID: rate must be greater than 0'),
    });
  });
});
