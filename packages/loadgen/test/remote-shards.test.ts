import { once } from 'node:events';
import { connect } from 'node:net';
import { createHistogram, histogramToBase64 } from '@assay/stats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { joinLoad, type RunEvent, type ShardPort, serveShard } from '../src/index.ts';
import { ProgressTape } from '../src/shard/progress-tape.ts';
import type { FromShard } from '../src/shard/protocol.ts';
import { joinAs, joinWorkers, startListener, startRemoteWorkers, startWire, TOKEN } from './remote-workers.ts';
import { BASE_CONFIG } from './run-harness.ts';
import { runWorkers, type ShardedResult } from './shard-harness.ts';
import { clock, shardOptionsOn, type TestJob, timer } from './shard-parts.ts';
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

async function runRemote(count: number, job: TestJob): Promise<ShardedResult> {
  return await runWorkers('process', count, job, { links: await joinWorkers(count) });
}

/** What does not depend on how long answers took. */
function scheduleText({ records }: ShardedResult): string {
  return records
    .toSorted((a, b) => (a.phase === b.phase ? a.index - b.index : a.phase < b.phase ? 1 : -1))
    .map(({ phase, index, scheduledMs, inputTokensRequested, outputTokensRequested }) =>
      [phase, index, scheduledMs, inputTokensRequested, outputTokensRequested].join(' '),
    )
    .join('\n');
}

describe('one load by workers that join over sockets', () => {
  test('1 = 4 = 8: the same offsets, the same prompts, the same records, to the bit', async () => {
    const load = { kind: 'poisson', ratePerSecond: 400 } as const;
    const job = jobOf({ requests: 90 }, { load, warmupRequests: 9 });
    const runs = [await runRemote(1, job), await runRemote(4, job), await runRemote(8, job)];
    const alone = await runWorkers('thread', 1, job);
    const expected = scheduleText(alone);
    expect(expected.split('\n')).toHaveLength(99);
    for (const run of runs) {
      expect(run.summary).toMatchObject({ status: 'finished', offered: 90, outcomes: { ok: 90 } });
      expect(scheduleText(run)).toBe(expected);
    }
    const workers = runs[1]?.summary.workers ?? [];
    expect(workers.map(({ host, kind, requests }) => [host, kind, requests])).toEqual([
      ['machine-0', 'remote', 26],
      ['machine-1', 'remote', 25],
      ['machine-2', 'remote', 24],
      ['machine-3', 'remote', 24],
    ]);
  }, 90_000);

  test('the concurrency holds over all machines', async () => {
    const load = { kind: 'concurrency', concurrency: 7 } as const;
    const { summary, records } = await runRemote(4, jobOf({ requests: 120 }, { load }));
    expect(summary.outcomes.ok).toBe(120);
    expect(tiny.inFlight.max).toBe(7);
    expect(new Set(records.map(({ index }) => index)).size).toBe(120);
  });

  test('clocks of other machines: the offset comes from questions and answers, and its bound holds', async () => {
    const aheadMs = 1e6 + 0.1;
    const theirs = { nowMs: (): number => clock.nowMs() + aheadMs };
    const listener = await startListener(1);
    const joined = await joinAs(0, listener.port);
    // Another machine: what its hello says of the clock is no help.
    const port: ShardPort = {
      ...joined.port,
      send: (message) =>
        joined.port.send(message.type === 'hello' ? { ...message, clock: { machine: 'x', zeroNs: '0' } } : message),
    };
    const job = jobOf({ requests: 20 }, { load: { kind: 'constant', ratePerSecond: 200 } });
    serveShard(port, shardOptionsOn(theirs));
    const links = await listener.accept({ withinMs: 1000 });
    const { summary, records } = await runWorkers('process', 1, job, { links });
    const [worker] = summary.workers ?? [];
    expect(worker?.clockErrorMs).toBeGreaterThan(0);
    expect(worker?.clockErrorMs).toBeLessThan(50);
    expect(Math.abs((worker?.clockOffsetMs ?? 0) - aheadMs)).toBeLessThanOrEqual(worker?.clockErrorMs ?? 0);
    for (const { index, scheduledMs, sentMs } of records) {
      expect(scheduledMs).toBe(index * 5);
      expect(sentMs).toBeGreaterThanOrEqual(index * 5);
    }
  });

  test('a machine that dies: a finding, the rest of its requests are records and a shortfall', async () => {
    const load = { kind: 'constant', ratePerSecond: 200 } as const;
    const job = jobOf({ requests: 160 }, { load });
    const { links, children } = await startRemoteWorkers(2);
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'tick' && event.sent > 20) children[1]?.kill('SIGKILL');
    };
    const { summary, records } = await runWorkers('process', 2, job, { links, onEvent });
    expect(records.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 160 }, (_, i) => i),
    );
    const outcomes = (part: number): string[] =>
      records.filter(({ index }) => index % 2 === part).map(({ outcome }) => outcome);
    expect(outcomes(0)).toEqual(Array(80).fill('ok'));
    expect(outcomes(1)).toContain('ok');
    expect(outcomes(1)).toContain('dropped');
    expect(summary.outcomeCodes['WORKER_LOST']).toBe(outcomes(1).filter((outcome) => outcome !== 'ok').length);
    const codes = summary.clientHealth.findings.map(({ code }) => code);
    expect(codes).toContain('WORKER_LOST');
    expect(codes).toContain('OFFERED_SHORTFALL');
    expect(summary.workers).toMatchObject([{ status: 'finished' }, { status: 'lost', host: 'machine-1' }]);
  }, 90_000);

  test('a machine that falls silent is lost as well', async () => {
    const job = jobOf({ requests: 60 }, { load: { kind: 'constant', ratePerSecond: 100 } });
    const listener = await startListener(2, { beatMs: 50, silentAfterMs: 500 });
    const wire = await startWire(listener.port);
    for (const [index, port] of [listener.port, wire.port].entries()) {
      serveShard((await joinAs(index, port, 50)).port, shardOptionsOn(clock));
    }
    const links = await listener.accept({ withinMs: 1000 });
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'tick' && event.sent > 10) wire.cut();
    };
    const { summary, records } = await runWorkers('process', 2, job, { links, onEvent });
    expect(records).toHaveLength(60);
    expect(summary.clientHealth.findings).toContainEqual(
      expect.objectContaining({
        code: 'WORKER_LOST',
        message: expect.stringContaining('nothing was heard for 0.5 s'),
      }),
    );
  });

  test('workers learn that the coordinator is gone', async () => {
    const listener = await startListener(1);
    const joined = await joinAs(0, listener.port);
    serveShard(joined.port, shardOptionsOn(clock));
    await listener.accept({ withinMs: 1000 });
    await listener.close();
    expect(await joined.over).toEqual({ lost: 'the connection was closed' });
  });
});

describe('who may join', () => {
  const joining = (port: number, change: object = {}): Promise<unknown> =>
    joinLoad({ host: '127.0.0.1', port, token: TOKEN, index: 0, name: 'me', timer, withinMs: 0, ...change });

  test('another token is refused in the handshake, and the coordinator says from where', async () => {
    const refused: string[] = [];
    const listener = await startListener(1, { onRefused: (address, reason) => refused.push(`${address} ${reason}`) });
    await expect(joining(listener.port, { token: 'somebody else altogether' })).rejects.toMatchObject({
      code: 'LINK_REFUSED',
      message: expect.stringContaining('has another token'),
    });
    expect(refused).toEqual(['127.0.0.1 it has another token']);
    await expect(listener.accept({ withinMs: 100 })).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: 'worker 0 has not joined within 0 s',
    });
  });

  test('tokens that could be guessed are no tokens', async () => {
    await expect(startListener(1, { token: 'secret' })).rejects.toMatchObject({ code: 'LINK_TOKEN_INVALID' });
    await expect(joining(1, { token: 'secret' })).rejects.toMatchObject({ code: 'LINK_TOKEN_INVALID' });
  });

  test('a place that does not exist, one that is taken, a load that has begun', async () => {
    const listener = await startListener(1);
    await expect(joining(listener.port, { index: 1 })).rejects.toMatchObject({
      code: 'LINK_REFUSED',
      message: expect.stringContaining('there is no place 1 in a load of 1'),
    });
    await joining(listener.port);
    await expect(joining(listener.port)).rejects.toThrow('another worker has place 0');
    await listener.accept({ withinMs: 1000 });
    await expect(joining(listener.port)).rejects.toThrow('the load has begun without it');
  });

  test('a worker that goes before the start leaves its place to another', async () => {
    const listener = await startListener(1);
    const first = await joinAs(0, listener.port);
    first.leave();
    await joining(listener.port, { withinMs: 3000, name: 'second' });
    expect((await listener.accept({ withinMs: 1000 })).map(({ host }) => host)).toEqual(['second']);
  });

  test('nobody listens: the error names the address', async () => {
    await expect(joining(1)).rejects.toMatchObject({
      code: 'LINK_UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });

  test('a port that is taken cannot be listened on', async () => {
    const { port } = await startListener(1);
    await expect(startListener(1, { port })).rejects.toMatchObject({ code: 'LINK_LISTEN_FAILED' });
  });

  test('a stranger without TLS gets no answer', async () => {
    const refused: string[] = [];
    const listener = await startListener(1, { onRefused: (_, reason) => refused.push(reason) });
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(refused).toHaveLength(1);
  });
});

test('histograms of eight workers that send their values as JSON are one histogram, to the bit', async () => {
  const range = { lowest: 1, highest: 3.6e9, digits: 3 } as const;
  const whole = createHistogram(range);
  const merged = createHistogram(range);
  const values = Array.from({ length: 8000 }, (_, at) => 1 + ((at * 7919) % 1_000_003) * 1.37);
  for (const value of values) whole.record(value);
  const listener = await startListener(8);
  for (let index = 0; index < 8; index++) {
    const { port } = await joinAs(index, listener.port);
    const tape = new ProgressTape((progress) => port.send({ type: 'progress', ...progress }));
    for (const [at, value] of values.entries()) if (at % 8 === index) tape.stats.ttftUs.record(value);
    tape.flush();
  }
  for (const link of await listener.accept({ withinMs: 1000 })) {
    const message = await new Promise<FromShard>((resolve) => link.onMessage(resolve));
    if (message.type === 'progress') for (const value of message.ttftUs) merged.record(value);
  }
  expect(merged.count).toBe(8000);
  expect(histogramToBase64(merged)).toBe(histogramToBase64(whole));
});
