import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createGrantedPermits,
  createPermitWords,
  createSharedPermits,
  type GrantedPermits,
  reclaimPermits,
} from './permits.ts';
import { createShare } from './share.ts';

/** Who takes or gives, or dies, in any order. */
const steps = fc.array(
  fc.record({ worker: fc.nat(3), action: fc.constantFrom('take', 'take', 'take', 'give', 'give', 'die') }),
  { maxLength: 400 },
);

describe('permits', () => {
  test('in shared memory: never more out than there are, and all of them again when all gave back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), steps, (total, plan) => {
        const words = createPermitWords(total, 4);
        const permits = [0, 1, 2, 3].map((worker) => createSharedPermits(words, worker));
        const held = [0, 0, 0, 0];
        for (const { worker, action } of plan) {
          const out = held.reduce((sum, each) => sum + each, 0);
          if (action === 'take') {
            const isTaken = permits[worker]?.tryTake() ?? false;
            expect(isTaken).toBe(out < total);
            if (isTaken) held[worker] = (held[worker] ?? 0) + 1;
          } else if (action === 'give' && (held[worker] ?? 0) > 0) {
            permits[worker]?.give();
            held[worker] = (held[worker] ?? 0) - 1;
          } else if (action === 'die') {
            expect(reclaimPermits(words, worker)).toBe(held[worker]);
            held[worker] = 0;
          }
        }
        for (const worker of held.keys()) reclaimPermits(words, worker);
        let free = 0;
        while (permits[0]?.tryTake() === true) free++;
        expect(free).toBe(total);
      }),
    );
  });

  test('as messages: the same, wherever they travel and in whatever order they arrive', () => {
    const travels = fc.array(fc.record({ worker: fc.nat(3), action: fc.constantFrom('take', 'give', 'arrive') }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), travels, (total, plan) => {
        let travelling = 0;
        const permits: GrantedPermits[] = [0, 1, 2, 3].map((index) =>
          createGrantedPermits(createShare({ index, count: 4 }).permitsOf(total), () => {
            travelling++;
          }),
        );
        // Worker 0 always has work for what it is granted.
        let out = 0;
        permits[0]?.onFree(() => {
          while (permits[0]?.tryTake() === true) out++;
        });
        const held = [0, 0, 0, 0];
        for (const { worker, action } of plan) {
          if (action === 'take' && permits[worker]?.tryTake() === true) {
            held[worker] = (held[worker] ?? 0) + 1;
            out++;
          } else if (action === 'give' && (held[worker] ?? 0) > 0) {
            held[worker] = (held[worker] ?? 0) - 1;
            out--;
            permits[worker]?.give();
          } else if (action === 'arrive' && travelling > 0) {
            travelling--;
            permits[worker]?.grant(1);
          }
          expect(out + travelling).toBeLessThanOrEqual(total);
        }
      }),
    );
  });

  test('a worker hears of permits that another one gave back', async () => {
    const words = createPermitWords(1, 2);
    const [first, second] = [createSharedPermits(words, 0), createSharedPermits(words, 1)];
    expect(first.tryTake()).toBe(true);
    const taken = new Promise<void>((resolve) => {
      const stop = second.onFree(() => {
        if (!second.tryTake()) return;
        stop();
        resolve();
      });
    });
    first.give();
    await taken;
    expect(first.tryTake()).toBe(false);
  });
});
