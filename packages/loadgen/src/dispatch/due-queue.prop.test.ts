import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.ts';

test('gives what was put in, each once, the earliest of what is left first', () => {
  const step = fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constant(undefined));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new DueQueue<number>();
      const model: (readonly [atMs: number, item: number])[] = [];
      for (const [item, atMs] of [...steps, ...steps.map(() => undefined)].entries()) {
        if (atMs !== undefined) {
          queue.push(atMs, item);
          model.push([atMs, item]);
          continue;
        }
        const earliestMs = model.length === 0 ? undefined : Math.min(...model.map(([ms]) => ms));
        expect(queue.nextMs).toBe(earliestMs);
        const due = queue.pop();
        expect(due?.atMs).toBe(earliestMs);
        const at = model.findIndex(([ms, its]) => ms === due?.atMs && its === due.item);
        expect(at >= 0).toBe(due !== undefined);
        if (at >= 0) model.splice(at, 1);
      }
      expect(model).toEqual([]);
      expect(queue.nextMs).toBeUndefined();
    }),
  );
});
