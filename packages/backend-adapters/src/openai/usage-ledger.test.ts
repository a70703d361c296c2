import { describe, expect, it } from 'vitest';
import { choiceEvent, contentEvent, decodeChat, finishEvent, tokens, usageEvent } from '../../test/chat-stream.ts';

/** Content with the running total of vLLM's `continuous_usage_stats`. */
const running = (totals: readonly number[]): object[] => totals.map((total) => contentEvent('a', 0, tokens(total)));

const listed = (content: string, entries: number): object =>
  choiceEvent({ delta: { content }, logprobs: { content: Array.from({ length: entries }, () => ({ token: 'a' })) } });

describe('a usage that the same answer disproves', () => {
  it.each([
    [
      'a last event beyond the limit and the total',
      [...running([1, 2, 3, 4]), finishEvent('stop', 0, tokens(4)), usageEvent(5000)],
    ],
    ['a last event beyond the limit alone', [...running([1, 2, 3, 4]), finishEvent('stop'), usageEvent(5000)]],
    ['a jump beyond the limit in the finish event', [...running([1, 2, 3, 4]), finishEvent('stop', 0, tokens(5000))]],
    [
      'more than the total of the finished choice',
      [...running([1, 2, 3]), finishEvent('stop', 0, tokens(4)), usageEvent(60)],
    ],
    ['less than the total', [...running([2, 4, 6, 8]), finishEvent('stop', 0, tokens(8)), usageEvent(5)]],
    ['less than the total before the end', [...running([2, 4, 6, 8]), finishEvent('stop'), usageEvent(5)]],
    ['fewer than were listed', [listed('abc', 3), listed('abc', 3), finishEvent('stop'), usageEvent(4)]],
    ['far more than were listed', [listed('abc', 3), listed('abc', 3), finishEvent('stop'), usageEvent(60)]],
    [
      'less than the events of each choice',
      [0, 1, 0, 1, 0, 1]
        .map((index) => contentEvent('t', index))
        .concat(finishEvent('stop'), finishEvent('stop', 1), usageEvent(1)),
    ],
    [
      'more than all choices were allowed',
      [contentEvent('a'), contentEvent('a', 1), finishEvent('stop'), finishEvent('stop', 1), usageEvent(257)],
    ],
  ])('%s', (_name, events) => {
    expect(decodeChat(events).code).toBe('USAGE_MISMATCH');
  });
});

describe('a usage that nothing disproves', () => {
  it.each([
    [
      'a total of each event, the last one of its own',
      [...running([3, 6, 9]), finishEvent('stop', 0, tokens(10)), usageEvent(10)],
      10,
    ],
    ['tokens of no content after the last total', [...running([3, 6, 9]), finishEvent('stop'), usageEvent(20)], 20],
    ['an end token that no list names', [listed('abc', 3), finishEvent('stop'), usageEvent(4)], 4],
    [
      'a prompt that is echoed and listed',
      [listed('the prompt', 7), listed('abc', 3), finishEvent('stop'), usageEvent(3)],
      3,
    ],
    ['lists in some events alone', [listed('abc', 1), contentEvent('a'), finishEvent('stop'), usageEvent(60)], 60],
    [
      'one of two choices, as llama.cpp reports',
      [0, 1, 0, 1]
        .map((index) => contentEvent('t', index))
        .concat(finishEvent('stop'), finishEvent('stop', 1), usageEvent(2)),
      2,
    ],
    [
      'the sum of two choices',
      [0, 1, 0, 1]
        .map((index) => contentEvent('t', index))
        .concat(finishEvent('stop'), finishEvent('stop', 1), usageEvent(256)),
      256,
    ],
  ])('%s', (_name, events, outputTokens) => {
    expect(decodeChat(events)).toMatchObject({ outcome: 'ok', outputTokens });
  });

  it('where none is told, events are counted and called so', () => {
    const decoded = decodeChat([contentEvent('a'), contentEvent('b'), finishEvent('stop')]);
    expect(decoded).toMatchObject({
      outcome: 'ok',
      outputTokens: 2,
      outputTokensSource: 'event-count',
      arrivalsUnit: 'events',
    });
  });
});
