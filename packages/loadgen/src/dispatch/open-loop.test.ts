import { describe, expect, test } from 'vitest';
import { answerAfter } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';
import { createSchedule } from '../schedule/schedule.ts';

describe('open loop', () => {
  test('sends at the due times, whatever the answers do', async () => {
    const result = await runFake({ requests: 20, behaviour: answerAfter(700) });
    const sends = result.transport.sends.map((send) => send.atMs - result.originMs);
    const dues = Array.from({ length: 20 }, (_, index) => index * 10);
    expect(result.records).toHaveLength(20);
    for (const [at, due] of dues.entries()) {
      expect(sends[at]).toBeGreaterThanOrEqual(due);
      expect(sends[at]).toBeLessThan(due + 0.05);
    }
    expect(result.records.map((record) => record.scheduledMs)).toEqual(dues);
    expect(result.summary).toMatchObject({ status: 'finished', offered: 20, outcomes: { ok: 20 } });
    expect(result.summary.clientHealth.findings).toEqual([]);
  });

  test('follows Poisson arrivals', async () => {
    const load = { kind: 'poisson', ratePerSecond: 200 } as const;
    const result = await runFake({ config: { load, seed: 9 }, durationMs: 2000, behaviour: answerAfter(3) });
    const schedule = createSchedule(load, 9, { requests: undefined, durationMs: 2000 });
    const dues = Array.from({ length: schedule.count ?? 0 }, (_, at) =>
      schedule.kind === 'open' ? schedule.offsetMsAt(at) : 0,
    );
    const scheduled = result.records.map((record) => record.scheduledMs).toSorted((a, b) => a - b);
    expect(scheduled).toEqual(dues.map((due) => Math.round(due * 1000) / 1000));
    expect(result.summary.window).toEqual({ startMs: 0, endMs: 2000 });
  });

  test('a blocked client sends late and says so, and nothing is lost', async () => {
    let isBlocked = false;
    const result = await runFake({
      requests: 200,
      behaviour: (request, world, end) => {
        if (request.requestId === 'assay-50' && !isBlocked) {
          isBlocked = true;
          world.block(500);
        }
        answerAfter(5)(request, world, end);
      },
    });
    expect(result.records).toHaveLength(200);
    const lag = result.records.map((record) => (record.sentMs ?? 0) - record.scheduledMs);
    expect(Math.max(...lag)).toBeGreaterThan(450);
    expect(lag[199]).toBeLessThan(1);
    expect(result.summary.clientHealth.findings.map((finding) => finding.code)).toContain('LATE_DISPATCH');
  });

  test('drops what exceeds maxInFlight as records of their own', async () => {
    const result = await runFake({ config: { maxInFlight: 5 }, requests: 50, behaviour: answerAfter(100) });
    expect(result.transport.maxInFlight).toBe(5);
    expect(result.records).toHaveLength(50);
    const dropped = result.records.filter((record) => record.outcome === 'dropped');
    expect(dropped.length).toBeGreaterThan(20);
    expect(dropped.every((record) => record.code === 'DROPPED_LIMIT' && record.sentMs === null)).toBe(true);
    expect(result.summary.clientHealth.findings.map((finding) => finding.code)).toContain('OFFERED_SHORTFALL');
  });

  test('warm-up requests have their own indices, ids and counters', async () => {
    const result = await runFake({ config: { warmupMs: 200 }, requests: 10, behaviour: answerAfter(5) });
    const warmup = result.records.filter((record) => record.phase === 'warmup');
    expect(warmup.map((record) => record.index)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(result.summary).toMatchObject({ offered: 10, warmupRequests: 20, measureFromMs: 200 });
    expect(result.transport.sends.map((send) => send.requestId)).toContain('assay-w0');
    const measured = result.records.filter((record) => record.phase === 'measure');
    expect(measured[0]?.scheduledMs).toBe(200);
    const phases = result.events.flatMap((event) => (event.kind === 'phase-changed' ? [event.phase] : []));
    expect(phases).toEqual(['warmup', 'measure', 'drain']);
  });
});
