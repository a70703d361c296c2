import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.ts';
import { createVirtualClock } from './engine-clock.ts';

test('tasks run once, at their time, earliest first, equal times in order', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ dueMs: fc.nat({ max: 20 }), isCancelled: fc.boolean() })), (tasks) => {
      const clock = createVirtualClock();
      const queue = new DueQueue(clock);
      const ran: [number, number][] = [];
      tasks.forEach(({ dueMs, isCancelled }, order) => {
        queue.schedule(dueMs, { isCancelled, run: (nowMs) => ran.push([nowMs, order]) });
      });
      clock.runUntil(Number.POSITIVE_INFINITY);
      const expected = tasks.flatMap(({ dueMs, isCancelled }, order): [number, number][] =>
        isCancelled ? [] : [[dueMs, order]],
      );
      expect(ran).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('a task may schedule itself again, and a stopped clock runs nothing', () => {
  const clock = createVirtualClock();
  const queue = new DueQueue(clock);
  const ran: number[] = [];
  const task = {
    isCancelled: false,
    run(nowMs: number): void {
      ran.push(nowMs);
      if (ran.length < 3) queue.schedule(nowMs + 5, task);
    },
  };
  queue.schedule(1, task);
  clock.runUntil(7);
  expect(ran).toEqual([1, 6]);
  queue.clear();
  clock.runUntil(100);
  expect(ran).toEqual([1, 6]);
  expect(clock.nowMs()).toBe(100);
});
