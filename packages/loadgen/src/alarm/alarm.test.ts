import { afterEach, expect, test } from 'vitest';
import { type Alarm, startAlarm } from './alarm.ts';

const clock = { nowMs: () => performance.now() };
const entry = new URL('../../test/alarm-thread.ts', import.meta.url);
let alarm: Alarm | undefined;

afterEach(async () => {
  await alarm?.close();
});

const ringAt = (atMs: number): Promise<number> =>
  new Promise((resolve) => alarm?.ringAt(atMs, () => resolve(performance.now())));

test('rings once the moment has come, never before', async () => {
  alarm = await startAlarm(entry, clock);
  for (const waitMs of [0, 0.3, 2.5, 7.7]) {
    const atMs = performance.now() + waitMs;
    expect(await ringAt(atMs)).toBeGreaterThanOrEqual(atMs - 0.001);
  }
});

test('a further moment takes the place of the one before', async () => {
  alarm = await startAlarm(entry, clock);
  let first = 0;
  alarm.ringAt(performance.now() + 5, () => first++);
  const atMs = performance.now() + 30;
  expect(await ringAt(atMs)).toBeGreaterThanOrEqual(atMs - 0.001);
  expect(first).toBe(0);
});

test('closed, it is silent', async () => {
  const closed = await startAlarm(entry, clock);
  let rings = 0;
  closed.ringAt(performance.now() + 2, () => rings++);
  await closed.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rings).toBe(0);
});

test('a thread that cannot start is an error', async () => {
  await expect(startAlarm(new URL('file:///nowhere/thread.ts'), clock)).rejects.toThrow(/nowhere/);
});
