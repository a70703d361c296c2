import { describe, expect, test } from 'vitest';
import { answerAfter } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';

const load = { kind: 'concurrency', concurrency: 8 } as const;

describe('closed loop', () => {
  test('keeps exactly the permits in flight and sends each index once', async () => {
    const result = await runFake({ config: { load }, requests: 100, behaviour: answerAfter(20) });
    expect(result.transport.maxInFlight).toBe(8);
    const indices = result.records.map((record) => record.index).toSorted((a, b) => a - b);
    expect(indices).toEqual(Array.from({ length: 100 }, (_, at) => at));
    expect(result.summary.outcomes.ok).toBe(100);
    for (const record of result.records) expect((record.sentMs ?? 0) - record.scheduledMs).toBeLessThan(0.1);
  });

  test('stops issuing after the duration and drains', async () => {
    const result = await runFake({ config: { load }, durationMs: 1000, behaviour: answerAfter(30) });
    const sends = result.transport.sends.map((send) => send.atMs - result.originMs);
    expect(Math.max(...sends)).toBeLessThan(1000);
    expect(result.records).toHaveLength(sends.length);
    expect(result.summary.outcomes.ok).toBe(sends.length);
    expect(result.summary.window).toMatchObject({ endMs: expect.closeTo(1000, 0) });
  });

  test('goes from warm-up to measurement without giving up a permit', async () => {
    const config = { load, warmupRequests: 20 };
    const result = await runFake({ config, requests: 40, behaviour: answerAfter(10) });
    expect(result.records.filter((record) => record.phase === 'warmup')).toHaveLength(20);
    expect(result.summary).toMatchObject({ offered: 40, warmupRequests: 20 });
    expect(result.transport.maxInFlight).toBe(8);
  });

  test('a start that comes late drops nothing: the limit of an open loop is none of its', async () => {
    const config = { load, maxInFlight: 2 };
    const late = runFake({
      config,
      requests: 40,
      behaviour: answerAfter(10),
      script: ({ block }) => ({
        onEvent: ({ kind }) => {
          if (kind === 'run-started') block(200);
        },
      }),
    });
    const { records, transport, summary } = await late;
    expect(summary.outcomes).toMatchObject({ ok: 40, dropped: 0 });
    expect(transport.maxInFlight).toBe(8);
    expect(records.map(({ message }) => message).filter((message) => message !== null)).toEqual([]);
  });
});
