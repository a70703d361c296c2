import type { ServerCounters } from '@assay/loadgen';
import { describe, expect, test } from 'vitest';
import { compareCounters, type RunTotals } from './compare-counters.ts';

const counters = (requests: number, promptTokens: number, generatedTokens: number | undefined): ServerCounters => ({
  requests,
  promptTokens,
  generatedTokens,
  cachedPromptTokens: undefined,
});
const BEFORE = counters(5, 50, 500);
const ours = (totals: Partial<RunTotals> = {}): RunTotals => ({
  sent: 10,
  ok: 10,
  promptTokens: 100,
  generatedTokens: 1000,
  ...totals,
});

describe('counters that agree', () => {
  test.each([
    ['equal sums', counters(15, 150, 1500), ours()],
    [
      'failed requests that count in part',
      counters(15, 155, 1600),
      ours({ ok: 8, promptTokens: 80, generatedTokens: 800 }),
    ],
    [
      'failed requests that do not count',
      counters(13, 130, 1300),
      ours({ ok: 8, promptTokens: 80, generatedTokens: 800 }),
    ],
    ['tokens that the records do not know', counters(15, 999, 1500), ours({ promptTokens: undefined })],
    ['tokens that the server does not count', counters(15, 150, undefined), ours()],
  ])('%s', (_, after, totals) => {
    expect(compareCounters(BEFORE, after, totals)).toEqual([]);
  });

  test('no reading, no finding', () => {
    expect(compareCounters(undefined, counters(1, 1, 1), ours())).toEqual([]);
    expect(compareCounters(BEFORE, undefined, ours())).toEqual([]);
  });
});

describe('counters that disagree', () => {
  test.each([
    ['more requests than were sent', counters(16, 150, 1500), /11 requests where this run has 10/],
    ['fewer requests than ended ok', counters(14, 150, 1500), /9 requests where this run has 10/],
    ['other prompt tokens', counters(15, 151, 1500), /101 prompt tokens where this run has 100/],
    ['other generated tokens', counters(15, 150, 1499), /999 generated tokens where this run has 1000/],
  ])('%s', (_, after, says) => {
    const [finding, ...more] = compareCounters(BEFORE, after, ours());
    expect(finding).toMatchObject({ code: 'SERVER_DISAGREES', severity: 'limits' });
    expect(finding?.message).toMatch(says);
    expect(more).toEqual([]);
  });

  test('a count that went back is another server, not another client', () => {
    expect(compareCounters(BEFORE, counters(4, 150, 1500), ours())).toMatchObject([
      { code: 'SERVER_CHANGED', severity: 'invalidates' },
    ]);
  });
});
