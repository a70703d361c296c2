import { describe, expect, test } from 'vitest';
import { createFakeWorld } from '../../test/fake-world.ts';
import { LookAhead, type PlannedRequest } from './look-ahead.ts';
import { startSessionLoop } from './session-loop.ts';

const TURNS = [3, 1, 2];
const FIRST = [0, 3, 4];
const TOTAL = 6;
const ANSWER_MS = 10;

/** Sessions of 3, 1 and 2 turns; turn k waits 100·k ms; every request is answered after 10 ms. */
function run(options: { concurrency: number; count: number; durationMs?: number; warmups?: number }): {
  readonly sends: readonly {
    readonly index: number;
    readonly phase: string;
    readonly dueMs: number;
    readonly lagMs: number;
  }[];
  readonly doneAtMs: number | undefined;
  readonly maxInFlight: number;
} {
  const world = createFakeWorld();
  const startAtMs = 1050;
  const sends: { index: number; phase: string; dueMs: number; lagMs: number }[] = [];
  let doneAtMs: number | undefined;
  let inFlight = 0;
  let maxInFlight = 0;
  const prepareAt =
    (phase: 'warmup' | 'measure') =>
    (index: number): PlannedRequest => {
      const ordinal = FIRST.findLastIndex((first) => first <= index % TOTAL);
      const turn = (index % TOTAL) - (FIRST[ordinal] ?? 0);
      const session = { session: ordinal, turn, turns: TURNS[ordinal] ?? 1, thinkTimeMs: 100 * turn };
      const sample = { index, session } as PlannedRequest['sample'];
      return { index, phase, sample, prepared: undefined as never };
    };
  const loop = startSessionLoop({
    ports: world,
    concurrency: options.concurrency,
    startAtMs,
    warmup:
      options.warmups === undefined
        ? undefined
        : { lookAhead: new LookAhead(prepareAt('warmup'), options.warmups, 4), untilMs: Number.POSITIVE_INFINITY },
    sessionAt: (session) => ({
      firstIndex: Math.floor(session / 3) * TOTAL + (FIRST[session % 3] ?? 0),
      turns: TURNS[session % 3] ?? 1,
    }),
    prepareAt: prepareAt('measure'),
    count: options.count,
    indexLimit: options.count,
    durationMs: options.durationMs ?? Number.POSITIVE_INFINITY,
    send: (planned, dueAtMs) => {
      const nowMs = world.clock.nowMs();
      sends.push({ index: planned.index, phase: planned.phase, dueMs: dueAtMs - startAtMs, lagMs: nowMs - dueAtMs });
      inFlight++;
      maxInFlight = Math.max(maxInFlight, inFlight);
      world.timer.after(ANSWER_MS, () => {
        inFlight--;
        loop.release(world.clock.nowMs(), planned);
      });
    },
    onMeasureStart: () => undefined,
    onDone: () => {
      doneAtMs = world.clock.nowMs() - startAtMs;
    },
  });
  world.runUntil(3000);
  return { sends, doneAtMs, maxInFlight };
}

describe('conversations', () => {
  test('a turn is due when the answer before it ended and the think time is over', () => {
    const { sends, doneAtMs } = run({ concurrency: 1, count: 6 });
    expect(sends.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const dueMs = [0, 110, 320, 330, 340, 450];
    for (const [at, send] of sends.entries()) {
      expect(send.dueMs).toBeCloseTo(dueMs[at] ?? 0, 0);
      expect(send.lagMs).toBeGreaterThanOrEqual(0);
      expect(send.lagMs).toBeLessThan(0.1);
    }
    expect(doneAtMs).toBeCloseTo(450, 0);
  });

  test('as many conversations as asked for are under way, each in its own order', () => {
    const { sends, maxInFlight } = run({ concurrency: 2, count: 12 });
    expect(maxInFlight).toBe(2);
    expect(sends.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    const order = (indices: readonly number[]): readonly number[] =>
      sends.map(({ index }) => index).filter((index) => indices.includes(index));
    expect(order([0, 1, 2])).toEqual([0, 1, 2]);
    expect(order([4, 5])).toEqual([4, 5]);
    // Session 1 takes one turn: its seat goes to session 2 while session 0 still thinks.
    expect(sends.slice(0, 3).map(({ index }) => index)).toEqual([0, 3, 4]);
  });

  test('a count cuts the last conversation, exactly', () => {
    expect(
      run({ concurrency: 4, count: 5 })
        .sends.map(({ index }) => index)
        .toSorted(),
    ).toEqual([0, 1, 2, 3, 4]);
  });

  test('nothing is handed over after the duration', () => {
    const { sends, doneAtMs } = run({ concurrency: 1, count: Number.POSITIVE_INFINITY, durationMs: 200 });
    expect(sends.map(({ index }) => index)).toEqual([0, 1]);
    expect(doneAtMs).toBeCloseTo(200, 0);
  });

  test('warm-up comes first and stands alone', () => {
    const { sends } = run({ concurrency: 2, count: 6, warmups: 5 });
    expect(sends.slice(0, 5).map(({ phase }) => phase)).toEqual(Array(5).fill('warmup'));
    expect(sends.slice(5).map(({ phase }) => phase)).toEqual(Array(6).fill('measure'));
  });
});
