import type { Timer } from '@assay/timebase';
import { expect, test } from 'vitest';
import { type IdleWait, idleLimitMs, untilIdle } from './idle.ts';

/** A first-come-first-served service that still has work of an earlier load; each request takes 20 ms of its own. */
async function waitFor(backlogMs: number, longestMs: number): Promise<IdleWait & { readonly requests: number }> {
  let nowMs = 0;
  let requests = 0;
  const after: Timer['after'] = (ms, run) => {
    nowMs += ms;
    run();
    return () => undefined;
  };
  const request = async (withinMs: number): Promise<number | undefined> => {
    requests++;
    const latencyMs = Math.max(0, backlogMs - nowMs) + 20;
    nowMs += Math.min(latencyMs, withinMs);
    return latencyMs > withinMs ? undefined : latencyMs;
  };
  const clock = { nowMs: () => nowMs };
  return { ...(await untilIdle({ limitMs: 30, longestMs, request, clock, timer: { after } })), requests };
}

test('an idle service is told by two answers', async () => {
  expect(await waitFor(0, 10_000)).toEqual({ waitedMs: 40, isIdle: true, requests: 2 });
});

test('what an earlier load left behind is waited for', async () => {
  expect(await waitFor(3000, 10_000)).toEqual({ waitedMs: 3020 + 50 + 40, isIdle: true, requests: 3 });
});

test('the wait has an end', async () => {
  expect(await waitFor(60_000, 5000)).toEqual({ waitedMs: 5000, isIdle: false, requests: 1 });
});

test('the limit needs answers', () => {
  expect(idleLimitMs([20, 22, 24])).toBe(35);
  expect(idleLimitMs([undefined, 20, undefined])).toBeUndefined();
});
