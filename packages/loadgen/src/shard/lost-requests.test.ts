import { describe, expect, test } from 'vitest';
import type { PromptSource } from '../prompt/prompt-source.ts';
import type { LoadShape, ScheduleBounds } from '../schedule/schedule.ts';
import { planSchedule } from '../schedule/session-schedule.ts';
import { createWarmup } from '../schedule/warmup.ts';
import { IndexSet } from './index-set.ts';
import { lostRequests } from './lost-requests.ts';
import { createShare } from './share.ts';

const prompts: PromptSource = {
  size: undefined,
  inputTokensSource: 'approximate',
  sampleAt: (index) => ({
    index,
    prompt: { kind: 'text', text: 'x' },
    inputTokens: 1,
    inputTokensSource: 'approximate',
    maxOutputTokens: 1,
  }),
};

function setOf(...indices: number[]): IndexSet {
  const set = new IndexSet();
  for (const index of indices) set.add(index);
  return set;
}

interface Lost {
  readonly load: LoadShape;
  readonly bounds: ScheduleBounds;
  readonly started: number[];
  readonly ended: number[];
  readonly isRunOn?: boolean;
  readonly warmupRequests?: number;
  /** Conversations of that many turns, whole in an open loop. */
  readonly turns?: number;
}

function lose({ load, bounds, started, ended, isRunOn = true, warmupRequests = 0, turns }: Lost): string[] {
  const places: Pick<PromptSource, 'sessionAt'> =
    turns === undefined ? {} : { sessionAt: (session) => ({ firstIndex: session * turns, turns }) };
  const schedule = planSchedule({ load, seed: 0, sessions: 'whole' }, bounds, places);
  const warmup = createWarmup({ load, seed: 0, warmupMs: 0, warmupRequests }, schedule);
  const worker = {
    share: createShare({ index: 1, count: 2 }),
    reason: 'gone',
    atMs: 1045,
    started: { warmup: setOf(), measure: setOf(...started) },
    ended: { warmup: setOf(), measure: setOf(...ended) },
    isRunOn,
  };
  return [...lostRequests({ schedule, warmup, prompts: { ...prompts, ...places }, originMs: 1000 }, worker)].map(
    ({ phase, index, outcome, scheduledMs, code }) => {
      expect(code).toBe('WORKER_LOST');
      return `${phase} ${index} ${outcome} ${scheduledMs}`;
    },
  );
}

describe('requests of a lost worker', () => {
  const constant = { kind: 'constant', ratePerSecond: 100 } as const;
  const closed = { kind: 'concurrency', concurrency: 2 } as const;
  const requests = (count: number): ScheduleBounds => ({ requests: count, durationMs: undefined });

  test('open loop: what was due is aborted, the rest dropped, each at its own time', () => {
    expect(lose({ load: constant, bounds: requests(8), started: [1, 3], ended: [1] })).toEqual([
      'measure 3 aborted 30',
      'measure 5 dropped 50',
      'measure 7 dropped 70',
    ]);
  });

  test('open loop with a warm-up: both phases', () => {
    expect(lose({ load: constant, bounds: requests(4), started: [], ended: [], warmupRequests: 2 })).toEqual([
      'warmup 1 aborted 10',
      'measure 1 aborted 30',
      'measure 3 dropped 50',
    ]);
  });

  test('a run that is being stopped owes nothing more', () => {
    expect(lose({ load: constant, bounds: requests(8), started: [3], ended: [1], isRunOn: false })).toEqual([
      'measure 3 aborted 30',
    ]);
  });

  test('closed loop with a count: the rest of its part', () => {
    expect(lose({ load: closed, bounds: requests(6), started: [1, 3], ended: [1] })).toEqual([
      'measure 3 aborted 45',
      'measure 5 dropped 45',
    ]);
  });

  test('conversations with a count: all their turns, the first ones at their own times', () => {
    // Conversations 1 and 3 are its own; the last one is cut.
    const load = { load: constant, bounds: requests(11), turns: 3 };
    expect(lose({ ...load, started: [3, 4], ended: [3] })).toEqual([
      'measure 4 aborted 45',
      'measure 5 dropped 45',
      'measure 9 aborted 30',
      'measure 10 dropped 45',
    ]);
  });

  test('conversations with a time: what it had sent, and those that were still to begin', () => {
    const bounds = { requests: undefined, durationMs: 60 };
    expect(lose({ load: constant, bounds, turns: 3, started: [3, 4], ended: [3] })).toEqual([
      'measure 4 aborted 45',
      'measure 9 aborted 30',
      'measure 15 dropped 50',
    ]);
  });

  test('closed loop with a time: what it had begun', () => {
    const bounds = { requests: undefined, durationMs: 1000 };
    expect(lose({ load: closed, bounds, started: [1, 3, 5], ended: [3] })).toEqual([
      'measure 1 aborted 45',
      'measure 5 aborted 45',
    ]);
  });
});

test('a set of indices grows, counts once, and gives them in order', () => {
  const set = setOf(70_000, 3, 8, 3);
  expect([...set]).toEqual([3, 8, 70_000]);
  expect(set.size).toBe(3);
  expect(set.has(8)).toBe(true);
  expect(set.has(9)).toBe(false);
});
