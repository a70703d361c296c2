import type { RequestRecord } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { answerAfter } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { planSchedule } from '../schedule/session-schedule.ts';

const TURNS = 3;
const THINK_MS = 50;
/** Endless conversations of three turns. */
const prompts: PromptSource = {
  size: undefined,
  inputTokensSource: 'approximate',
  sampleAt: (index, phase = 'measure') => ({
    index,
    prompt: { kind: 'text', text: 'x' },
    inputTokens: undefined,
    inputTokensSource: 'approximate',
    maxOutputTokens: 1,
    ...(phase === 'warmup'
      ? {}
      : {
          session: {
            session: Math.floor(index / TURNS),
            turn: index % TURNS,
            turns: TURNS,
            thinkTimeMs: index % TURNS === 0 ? 0 : THINK_MS,
          },
        }),
  }),
  sessionAt: (session) => ({ firstIndex: session * TURNS, turns: TURNS }),
};

describe('runs of conversations', () => {
  test('offer every request once, each turn after the answer before it', async () => {
    const load = { kind: 'concurrency', concurrency: 4 } as const;
    const { records, summary } = await runFake({
      config: { load, warmupRequests: 6 },
      requests: 32,
      behaviour: answerAfter(20),
      script: () => ({ prompts }),
    });
    expect(summary).toMatchObject({ status: 'finished', offered: 32, warmupRequests: 6 });
    const measured = records.filter(({ phase }) => phase === 'measure').toSorted((a, b) => a.index - b.index);
    expect(measured.map(({ index }) => index)).toEqual(Array.from({ length: 32 }, (_, index) => index));
    for (const { index, session, scheduledMs, sentMs } of measured) {
      expect(session).toEqual({ session: Math.floor(index / TURNS), turn: index % TURNS, turns: TURNS });
      expect((sentMs ?? 0) - scheduledMs).toBeLessThan(0.1);
      if (index % TURNS === 0) continue;
      expect(scheduledMs - (measured[index - 1]?.endMs ?? 0)).toBeCloseTo(THINK_MS, 2);
    }
    expect(records.filter(({ phase, session }) => phase === 'warmup' && session !== undefined)).toEqual([]);
  });

  const LOAD = { kind: 'constant', ratePerSecond: 10 } as const;
  const whole = (requests: number | undefined, durationMs?: number): Schedule =>
    planSchedule({ load: LOAD, seed: 1, sessions: 'whole' }, { requests, durationMs }, prompts);
  const measuredOf = (records: readonly RequestRecord[]): RequestRecord[] =>
    records.filter(({ phase }) => phase === 'measure').toSorted((a, b) => a.index - b.index);

  test('begin by the schedule in an open loop, however late the answers, and every request is offered once', async () => {
    const schedule = whole(32);
    const { records, summary, events, originMs } = await runFake({
      config: { load: LOAD, warmupRequests: 6 },
      requests: 1,
      behaviour: answerAfter(700),
      script: () => ({ prompts, schedule }),
    });
    expect(originMs).toBeGreaterThan(0);
    expect(summary).toMatchObject({ status: 'finished', offered: 32, warmupRequests: 6 });
    // 30 requests a second are the turns of 10 conversations: the warm-up takes a fifth of a second.
    expect(summary.measureFromMs).toBeCloseTo(200, 2);
    const measured = measuredOf(records);
    expect(measured.map(({ index }) => index)).toEqual(Array.from({ length: 32 }, (_, index) => index));
    for (const { index, session, scheduledMs, sentMs } of measured) {
      expect(session).toEqual({ session: Math.floor(index / TURNS), turn: index % TURNS, turns: TURNS });
      expect((sentMs ?? 0) - scheduledMs).toBeLessThan(0.1);
      if (index % TURNS === 0) expect(scheduledMs).toBeCloseTo(200 + (index / TURNS) * 100, 3);
      else expect(scheduledMs - (measured[index - 1]?.endMs ?? 0)).toBeCloseTo(THINK_MS, 2);
    }
    expect(summary.window?.endMs).toBeCloseTo(Math.max(...measured.map(({ endMs }) => endMs ?? 0)), 3);
    expect(summary.clientHealth).toMatchObject({ lateDispatchRatio: 0, findings: [] });
    expect(events.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });

  test('a duration cuts the turns that are due after it, and is the window', async () => {
    const { records, summary } = await runFake({
      config: { load: LOAD },
      requests: 1,
      behaviour: answerAfter(100),
      script: () => ({ prompts, schedule: whole(undefined, 1000) }),
    });
    const measured = measuredOf(records);
    expect(summary.window).toMatchObject({ startMs: 0, endMs: 1000 });
    expect(measured.every(({ scheduledMs }) => scheduledMs < 1000)).toBe(true);
    // Ten begin at 0, 100, … 900 ms; a second turn is due 150 ms later, a third one 300 ms.
    expect([0, 1, 2].map((turn) => measured.filter(({ session }) => session?.turn === turn).length)).toEqual([
      10, 9, 7,
    ]);
  });

  test('a limit of requests in flight drops a turn, says so, and its conversation goes on', async () => {
    const { records, summary } = await runFake({
      config: { load: LOAD, maxInFlight: 1 },
      requests: 1,
      behaviour: answerAfter(120),
      script: () => ({ prompts, schedule: whole(30) }),
    });
    const measured = measuredOf(records);
    expect(measured).toHaveLength(30);
    expect(summary.outcomes.dropped).toBeGreaterThan(5);
    for (const { index, scheduledMs } of measured) {
      const before = measured[index - 1];
      if (index % TURNS === 0 || before === undefined) continue;
      expect(scheduledMs - (before.endMs ?? before.scheduledMs)).toBeCloseTo(THINK_MS, 2);
    }
    expect(summary.clientHealth.findings.map(({ code }) => code)).toContain('OFFERED_SHORTFALL');
  });

  test('an abort ends them between two turns', async () => {
    const stop = new AbortController();
    const { records, summary } = await runFake({
      config: { load: LOAD },
      requests: 1,
      behaviour: answerAfter(100),
      script: (world) => {
        world.timer.after(500, () => stop.abort());
        return { prompts, schedule: whole(300), signal: stop.signal };
      },
    });
    expect(summary.status).toBe('aborted');
    expect(records.length).toBeLessThan(30);
    expect(records.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  test('split up, in an open loop, the schedule decides, and the run says so', async () => {
    const { events, summary } = await runFake({
      requests: 9,
      behaviour: answerAfter(200),
      script: () => ({ prompts }),
    });
    expect(summary.offered).toBe(9);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'warning', code: 'TURNS_UNTIMED' }));
  });
});
