import { describe, expect, test } from 'vitest';
import { answerAfter, type Behaviour, body } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';

const timeouts = { connectMs: 100, firstTokenMs: 300, stallMs: 200, totalMs: 2000 };

async function outcomeOf(behaviour: Behaviour, config: Record<string, unknown> = {}) {
  const result = await runFake({ config: { timeouts, ...config }, requests: 1, behaviour });
  expect(result.records).toHaveLength(1);
  const [record] = result.records;
  if (record === undefined) throw new Error('no record');
  return record;
}

describe('limits of a request', () => {
  test('no answer: TIMEOUT_FIRST_TOKEN', async () => {
    const record = await outcomeOf(() => undefined);
    expect(record).toMatchObject({ outcome: 'timeout', code: 'TIMEOUT_FIRST_TOKEN', httpStatus: null });
    expect(record.endMs).toBeGreaterThanOrEqual(300);
    expect(record.endMs).toBeLessThan(360);
  });

  test('no answer when not streaming: TIMEOUT_TOTAL', async () => {
    expect(await outcomeOf(() => undefined, { stream: false })).toMatchObject({ code: 'TIMEOUT_TOTAL' });
  });

  test('a failed status whose body does not end stays that failure', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(500, new Map(), world.clock.nowMs());
    });
    expect(record).toMatchObject({ outcome: 'http', code: 'HTTP_500', httpStatus: 500 });
    expect(record.endMs).toBeLessThan(400);
  });

  test('silence after a token: STREAM_STALLED, with what came so far', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(200, new Map(), world.clock.nowMs());
      body(request.handler, 'data: x\n', world.clock.nowMs());
    });
    expect(record).toMatchObject({ outcome: 'timeout', code: 'STREAM_STALLED', contentEvents: 1, httpStatus: 200 });
  });

  test('tokens without an end: TIMEOUT_TOTAL', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(200, new Map(), world.clock.nowMs());
      const drip = (): void => {
        if (request.isAborted) return;
        body(request.handler, 'data: x\n', world.clock.nowMs());
        world.timer.after(50, drip);
      };
      drip();
    });
    expect(record).toMatchObject({ outcome: 'timeout', code: 'TIMEOUT_TOTAL' });
  });

  test('bytes that complete no event do not count as progress', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(200, new Map(), world.clock.nowMs());
      body(request.handler, 'data: x\n', world.clock.nowMs());
      const drip = (): void => {
        if (request.isAborted) return;
        body(request.handler, ': keep-alive\n', world.clock.nowMs());
        world.timer.after(50, drip);
      };
      drip();
    });
    expect(record).toMatchObject({ code: 'STREAM_STALLED' });
  });

  test('a connection left open after the terminator is closed and the request is ok', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(200, new Map(), world.clock.nowMs());
      body(request.handler, 'data: x\ndata: [DONE]\n', world.clock.nowMs());
    });
    expect(record).toMatchObject({ outcome: 'ok', code: null });
    expect(record.endMs).toBeLessThan(1);
  });

  test('failures before an answer keep their own code', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onFailure('CONNECT_REFUSED', 'connect ECONNREFUSED', world.clock.nowMs(), false);
    });
    expect(record).toMatchObject({ outcome: 'network', code: 'CONNECT_REFUSED', message: 'connect ECONNREFUSED' });
  });

  test('a cut answer is judged by the decoder', async () => {
    const record = await outcomeOf((request, world) => {
      request.handler.onHeaders(200, new Map(), world.clock.nowMs());
      body(request.handler, 'data: x\n', world.clock.nowMs());
      request.handler.onFailure('STREAM_TRUNCATED', 'closed', world.clock.nowMs(), true);
    });
    expect(record).toMatchObject({ outcome: 'protocol', code: 'STREAM_TRUNCATED', contentEvents: 1 });
  });
});

describe('ending a run early', () => {
  test('the first abort drains, every offered request has a record', async () => {
    const abort = new AbortController();
    const result = await runFake({
      requests: 1000,
      behaviour: answerAfter(300),
      script: (world) => {
        world.timer.after(600, () => abort.abort());
        return { signal: abort.signal };
      },
    });
    expect(result.summary.status).toBe('aborted');
    expect(result.records).toHaveLength(result.transport.sends.length);
    expect(result.summary.outcomes.ok).toBe(result.records.length);
    expect(result.records.length).toBeLessThan(80);
  });

  test('the second abort ends what is in flight', async () => {
    const stop = new AbortController();
    const kill = new AbortController();
    const result = await runFake({
      requests: 1000,
      behaviour: answerAfter(3000),
      script: (world) => {
        world.timer.after(600, () => stop.abort());
        world.timer.after(700, () => kill.abort());
        return { signal: stop.signal, killSignal: kill.signal };
      },
    });
    expect(result.records).toHaveLength(result.transport.sends.length);
    expect(result.records.every((record) => record.outcome === 'aborted' && record.code === 'ABORTED')).toBe(true);
  });

  test('the drain has an end', async () => {
    const result = await runFake({ config: { drainMs: 500 }, requests: 10, behaviour: () => undefined });
    expect(result.summary).toMatchObject({ status: 'finished', outcomes: { aborted: 10 } });
    expect(result.summary.elapsedMs).toBeLessThan(800);
  });

  test('a disk that fills up fails the run', async () => {
    const result = await runFake({
      requests: 1000,
      behaviour: answerAfter(100),
      script: (world, fail) => {
        world.timer.after(600, () => fail({ code: 'RECORD_WRITE_FAILED', message: 'no space left on the device' }));
        return {};
      },
    });
    expect(result.summary).toMatchObject({ status: 'failed', failure: { code: 'RECORD_WRITE_FAILED' } });
    expect(result.records.length).toBeLessThan(80);
  });
});
