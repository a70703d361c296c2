import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAfter, type Behaviour, body } from '../../test/fake-transport.ts';
import { runFake } from '../../test/run-harness.ts';

const KINDS = ['answer', 'refuse', 'truncate', 'status', 'silent', 'stall', 'refuse-at-once'] as const;
type Kind = (typeof KINDS)[number];

const EXPECTED: Readonly<Record<Kind, string | null>> = {
  answer: null,
  refuse: 'CONNECT_REFUSED',
  'refuse-at-once': 'CONNECT_REFUSED',
  truncate: 'STREAM_TRUNCATED',
  status: 'HTTP_503',
  silent: 'TIMEOUT_FIRST_TOKEN',
  stall: 'STREAM_STALLED',
};

function behave(kind: Kind, latencyMs: number): Behaviour {
  return (request, world, end) => {
    const { handler } = request;
    const nowMs = (): number => world.clock.nowMs();
    const later = (run: () => void): void => {
      world.timer.after(latencyMs, () => {
        if (!request.isAborted) run();
      });
    };
    const refuse = (): void => {
      end();
      handler.onFailure('CONNECT_REFUSED', 'refused', nowMs(), false);
    };
    if (kind === 'answer') answerAfter(latencyMs)(request, world, end);
    else if (kind === 'refuse') later(refuse);
    else if (kind === 'refuse-at-once') refuse();
    else if (kind === 'status') {
      later(() => {
        end();
        handler.onHeaders(503, new Map(), nowMs());
        handler.onComplete(nowMs());
      });
    } else if (kind !== 'silent') {
      later(() => {
        handler.onHeaders(200, new Map(), nowMs());
        body(handler, 'data: x\n', nowMs());
        if (kind === 'stall') return;
        end();
        handler.onFailure('STREAM_TRUNCATED', 'closed', nowMs(), true);
      });
    }
  };
}

test('whatever happens, every offered request becomes one record with the right code, within the limits of the loop', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.constantFrom(...KINDS), latencyMs: fc.integer({ min: 1, max: 150 }) }), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
      fc.integer({ min: 0, max: 5 }),
      async (plan, concurrency, warmupRequests) => {
        const load =
          concurrency === undefined
            ? ({ kind: 'poisson', ratePerSecond: 300 } as const)
            : ({ kind: 'concurrency', concurrency } as const);
        const timeouts = { connectMs: 100, firstTokenMs: 400, stallMs: 300, totalMs: 5000 };
        const result = await runFake({
          config: { load, timeouts, warmupRequests },
          requests: plan.length,
          behaviour: (request, world, end) => {
            const index = Number(/assay-(\d+)/.exec(request.requestId)?.[1] ?? -1);
            const step = plan[index] ?? { kind: 'answer', latencyMs: 5 };
            behave(step.kind, step.latencyMs)(request, world, end);
          },
        });
        const measured = result.records.filter((record) => record.phase === 'measure');
        expect(measured.map((record) => record.index).toSorted((a, b) => a - b)).toEqual([...plan.keys()]);
        for (const record of measured) expect(record.code).toBe(EXPECTED[plan[record.index]?.kind ?? 'answer']);
        expect(result.records).toHaveLength(plan.length + warmupRequests);
        expect(Object.values(result.summary.outcomes).reduce((sum, count) => sum + count, 0)).toBe(plan.length);
        if (concurrency !== undefined) expect(result.transport.maxInFlight).toBeLessThanOrEqual(concurrency);
      },
    ),
    { numRuns: 40 },
  );
});
