import { describe, expect, test } from 'vitest';
import { answerAfter } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';

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

  test('in an open loop the schedule decides, and the run says so', async () => {
    const { events, summary } = await runFake({
      requests: 9,
      behaviour: answerAfter(200),
      script: () => ({ prompts }),
    });
    expect(summary.offered).toBe(9);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'warning', code: 'TURNS_UNTIMED' }));
  });
});
