import { expect, test } from 'vitest';
import { answerAfter } from '../../test/fake-transport.ts';
import type { FakeWorld } from '../../test/fake-world.ts';
import { type HarnessResult, runFake } from '../../test/run-harness.ts';
import type { ExchangeHandler, Transport } from '../transport/transport.ts';

const timeouts = { connectMs: 100, firstTokenMs: 300, stallMs: 200, totalMs: 2000 };

/** Keeps each request for `heldMs` before it leaves, as a transport does that has no port for it; then there are answers after `answerMs`. */
function holding(world: FakeWorld, heldMs: number, answerMs: number): Transport {
  const send = (handler: ExchangeHandler): { abort(): void; isHeld: boolean } => {
    const exchange = { isHeld: true, abort: () => undefined };
    const answer = (): void => {
      const nowMs = world.clock.nowMs();
      handler.onHeaders(200, new Map(), nowMs);
      const bytes = new TextEncoder().encode('data: x\ndata: [DONE]\n');
      handler.onBody(bytes, 0, bytes.length, nowMs);
      handler.onComplete(nowMs);
    };
    world.timer.after(heldMs, () => {
      exchange.isHeld = false;
      handler.onConnect(1, world.clock.nowMs());
      handler.onSent(world.clock.nowMs(), 0);
      world.timer.after(answerMs, answer);
    });
    return exchange;
  };
  return {
    name: 'holding',
    prepare: (encoded) => ({ encoded, bytes: undefined }),
    preconnect: (count) => Promise.resolve(count),
    send: (_request, handler) => send(handler),
    connections: { opened: 0, reused: 0, failed: 0 },
    inFlight: 0,
    close: () => Promise.resolve(),
  };
}

async function runHeld(heldMs: number, answerMs: number, drainMs = 300_000): Promise<HarnessResult> {
  return await runFake({
    config: { timeouts, drainMs },
    requests: 1,
    behaviour: answerAfter(1),
    script: (world) => ({ transport: holding(world, heldMs, answerMs) }),
  });
}

test('what the client keeps waiting for a port is not timed out, and its record says when its connection began', async () => {
  const { records, originMs } = await runHeld(60_000, 100);
  expect(records).toMatchObject([{ outcome: 'ok', code: null }]);
  expect(records[0]?.connectAtMs).toBeGreaterThan(59_990);
  expect(records[0]?.sentMs).toBe(records[0]?.connectAtMs);
  expect(originMs).toBeGreaterThan(0);
});

test('limits count from the end of that wait', async () => {
  const { records } = await runHeld(5_000, 10_000);
  expect(records).toMatchObject([{ outcome: 'timeout', code: 'TIMEOUT_FIRST_TOKEN' }]);
  expect(records[0]?.endMs).toBeGreaterThan(5_200);
  expect(records[0]?.endMs).toBeLessThan(5_500);
});

test('what never left the client is dropped: after two minutes, or when the drain is over', async () => {
  const [longest] = (await runHeld(1_000_000, 1)).records;
  expect(longest).toMatchObject({ outcome: 'dropped', code: 'DROPPED_LIMIT', sentMs: null });
  expect(longest?.endMs).toBeGreaterThan(119_000);
  const [drained] = (await runHeld(1_000_000, 1, 1_000)).records;
  expect(drained).toMatchObject({ outcome: 'dropped', code: 'DROPPED_LIMIT', sentMs: null });
  expect(drained?.endMs).toBeLessThan(1_200);
});
