import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeWorld } from '../../test/fake-world.ts';
import { LookAhead, type PlannedRequest } from './look-ahead.ts';
import { startOpenSessions } from './open-sessions.ts';

interface Plan {
  /** Gap before each conversation, and its turns: think time before and duration of the answer, ms. */
  readonly sessions: readonly {
    readonly gapMs: number;
    readonly turns: readonly { readonly thinkMs: number; readonly answerMs: number }[];
  }[];
  readonly durationMs?: number;
}

interface Sent {
  readonly session: number;
  readonly turn: number;
  readonly dueMs: number;
  readonly lagMs: number;
}

/** Makes the load in virtual time; an answer of 0 ms is there before the send returns, as for a request that is dropped. */
function play({ sessions, durationMs = Number.POSITIVE_INFINITY }: Plan): {
  sent: Sent[];
  doneAtMs: number | undefined;
} {
  const world = createFakeWorld();
  const originMs = 1100;
  const firsts: number[] = [];
  let total = 0;
  for (const { turns } of sessions) {
    firsts.push(total);
    total += turns.length;
  }
  const startMs: number[] = [];
  for (const { gapMs } of sessions) startMs.push((startMs.at(-1) ?? originMs) + gapMs);
  const placeOf = (index: number): { session: number; turn: number } => {
    const session = firsts.findLastIndex((first) => first <= index);
    return { session, turn: index - (firsts[session] ?? 0) };
  };
  const turnAt = (index: number) => {
    const { session, turn } = placeOf(index);
    return sessions[session]?.turns[turn] ?? { thinkMs: 0, answerMs: 0 };
  };
  const prepareAt = (index: number): PlannedRequest => {
    const session = { ...placeOf(index), turns: 1, thinkTimeMs: turnAt(index).thinkMs };
    return { index, phase: 'measure', sample: { index, session } as never, prepared: undefined as never };
  };
  const sent: Sent[] = [];
  let doneAtMs: number | undefined;
  const loop = startOpenSessions({
    ports: world,
    firstTurns: new LookAhead((position) => prepareAt(firsts[position] ?? 0), sessions.length, 4),
    count: sessions.length,
    startAtMs: (position) => startMs[position] ?? 0,
    endIndexAt: (position) => (firsts[position] ?? 0) + (sessions[position]?.turns.length ?? 0),
    prepareAt,
    untilMs: originMs + durationMs,
    send: (planned, dueAtMs) => {
      const nowMs = world.clock.nowMs();
      sent.push({ ...placeOf(planned.index), dueMs: dueAtMs - originMs, lagMs: nowMs - dueAtMs });
      const { answerMs } = turnAt(planned.index);
      if (answerMs === 0) loop.release(dueAtMs, planned);
      else world.timer.after(answerMs, () => loop.release(world.clock.nowMs(), planned));
    },
    onDone: () => {
      expect(doneAtMs).toBeUndefined();
      doneAtMs = world.clock.nowMs() - originMs;
    },
  });
  world.runUntil(60_000);
  return { sent, doneAtMs };
}

const times = { thinkMs: fc.constantFrom(0, 0, 1, 7.5, 40, 300), answerMs: fc.constantFrom(0, 0.5, 3, 20, 150) };
const plans = fc.record({
  sessions: fc.array(
    fc.record({
      gapMs: fc.constantFrom(0, 0.2, 5, 60, 400),
      turns: fc.array(fc.record(times), { minLength: 1, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

describe('conversations that begin by a schedule', () => {
  test('begin on time whatever the answers do; a later turn is due when the answer before it ended and the think time is over', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { sent, doneAtMs } = play(plan);
        let startMs = 0;
        let lastMs = 0;
        for (const [session, { gapMs, turns }] of plan.sessions.entries()) {
          startMs += gapMs;
          const own = sent.filter((each) => each.session === session);
          expect(own.map(({ turn }) => turn)).toEqual(turns.map((_, turn) => turn));
          let dueMs = startMs;
          for (const [turn, { dueMs: seenMs, lagMs }] of own.entries()) {
            expect(seenMs).toBeCloseTo(dueMs, 6);
            expect(lagMs).toBeGreaterThanOrEqual(-1e-9);
            expect(lagMs).toBeLessThan(0.5);
            const answerMs = turns[turn]?.answerMs ?? 0;
            dueMs = seenMs + (answerMs === 0 ? 0 : answerMs + lagMs) + (turns[turn + 1]?.thinkMs ?? 0);
          }
          lastMs = Math.max(lastMs, own.at(-1)?.dueMs ?? 0);
        }
        expect(doneAtMs).toBeGreaterThanOrEqual(lastMs);
        expect((doneAtMs ?? Number.NaN) - lastMs).toBeLessThan(1);
      }),
      { numRuns: 200 },
    );
  });

  test('a slow server does not hold back those who come after: no omission is coordinated', () => {
    const slow = {
      gapMs: 10,
      turns: [
        { thinkMs: 0, answerMs: 5000 },
        { thinkMs: 100, answerMs: 5000 },
      ],
    };
    const { sent } = play({ sessions: Array.from({ length: 50 }, () => slow) });
    const firsts = sent.filter(({ turn }) => turn === 0);
    expect(firsts.map(({ dueMs }) => dueMs)).toEqual(firsts.map((_, n) => (n + 1) * 10));
    expect(Math.max(...firsts.map(({ lagMs }) => lagMs))).toBeLessThan(0.1);
  });

  test('what is due before the duration is sent, what is due later is not, and the loop ends', () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(300, 400, 1000), (plan, durationMs) => {
        const whole = play(plan);
        const sessions = plan.sessions.filter((_, n) => startOf(plan, n) < durationMs);
        const { sent, doneAtMs } = play({ sessions, durationMs });
        expect(doneAtMs).toBeDefined();
        expect(sent.every(({ dueMs }) => dueMs < durationMs)).toBe(true);
        // Lags may push a turn over the edge.
        const wanted = whole.sent.filter(({ dueMs }) => dueMs < durationMs - 2);
        const keys = new Set(sent.map(({ session, turn }) => `${session}.${turn}`));
        expect(wanted.filter(({ session, turn }) => !keys.has(`${session}.${turn}`))).toEqual([]);
      }),
    );
  });
});

function startOf({ sessions }: Plan, n: number): number {
  return sessions.slice(0, n + 1).reduce((sum, { gapMs }) => sum + gapMs, 0);
}
