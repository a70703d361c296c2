import { beforeEach, describe, expect, test } from 'vitest';
import { HEARTBEAT_MS } from './heartbeat.ts';
import { type ReadDelay, ReadDelays } from './read-delays.ts';

/** Counters of a loop that the test moves. */
const loop = { idleMs: 0, looks: 0, runDelayMs: undefined as number | undefined };
const look = (waitedMs = 0): void => {
  loop.looks++;
  loop.idleMs += waitedMs;
};
let meter: ReadDelays;

/** Awake until 10 ms, where work has ended. */
beforeEach(() => {
  Object.assign(loop, { idleMs: 1234, looks: 7, runDelayMs: undefined });
  meter = new ReadDelays(
    { idleMs: () => loop.idleMs, looks: () => loop.looks, runDelayMs: () => loop.runDelayMs },
    HEARTBEAT_MS,
  );
  meter.start(10);
});

describe('the bound of one read', () => {
  test('after a wait it is the time since the last work that was not spent waiting', () => {
    look(5);
    expect(meter.onRead(15.03)).toBeCloseTo(0.03, 9);
  });

  test('without a wait it is the time since the look before', () => {
    look(5);
    meter.onRead(15.03);
    meter.onWorkEnd(15.4);
    look();
    expect(meter.onRead(15.45)).toBeCloseTo(0.45, 9);
  });

  test('behind others of the same look it has their work in it', () => {
    look(5);
    meter.onRead(15.03);
    meter.onWorkEnd(15.4);
    expect(meter.onRead(15.42)).toBeCloseTo(0.42, 9);
  });

  test('a turn of the pacer between two looks lies in it, one that comes before the look does not', () => {
    look(5);
    meter.mark(15);
    meter.onWorkEnd(17);
    look();
    expect(meter.onRead(17.01)).toBeCloseTo(2.01, 9);
    meter.onWorkEnd(17.05);
    look();
    expect(meter.onRead(17.06)).toBeCloseTo(0.06, 9);
  });

  test('two things of one round are no two looks', () => {
    look();
    meter.mark(11);
    meter.mark(14);
    look();
    // The look before this was at 10 ms or later, not at 14.
    expect(meter.onRead(14.1)).toBeCloseTo(4.1, 9);
  });

  test('a wait past the next heartbeat was none: all since the last work counts', () => {
    look(HEARTBEAT_MS + 20);
    expect(meter.onRead(40.5)).toBeCloseTo(30.5, 9);
    look(HEARTBEAT_MS + 2);
    expect(meter.onRead(52.6)).toBeCloseTo(42.6 - HEARTBEAT_MS - 2, 9);
  });

  test('before anything is known of the loop it is nothing', () => {
    const fresh = new ReadDelays({ ...portsAt(3), runDelayMs: () => undefined }, HEARTBEAT_MS);
    expect(fresh.onRead(500)).toBe(0);
  });
});

const portsAt = (looks: number) => ({ idleMs: () => 77, looks: () => looks });

describe('the figures', () => {
  const at = (delayMs: number): ReadDelay => {
    meter.take(delayMs);
    return meter.current;
  };

  test('are those of reads, of first tokens, and of the end of answers that is worse in the mean', () => {
    look(5);
    meter.onRead(15.1);
    meter.countAnswer({ firstToken: at(0.2), lastToken: at(0.5), writeMs: 0.05 });
    meter.countAnswer({ firstToken: at(0.4), lastToken: at(0.3), writeMs: 0.8 });
    meter.stop();
    expect(meter.reads).toMatchObject({ count: 1, meanMs: expect.closeTo(0.1, 3) });
    // The bytes of the second request left at some moment of 0.8 ms: its first token is no better known than that.
    expect(meter.firstTokens).toMatchObject({ count: 2, maxMs: expect.closeTo(0.8, 2) });
    expect(meter.firstTokens?.meanMs).toBeCloseTo(0.5, 2);
    expect(meter.spans).toMatchObject({ count: 2, meanMs: expect.closeTo(0.4, 2), maxMs: expect.closeTo(0.5, 2) });
    meter.start(15.2);
    meter.countAnswer({ firstToken: at(0.7), lastToken: at(0.1), writeMs: 0 });
    meter.stop();
    expect(meter.spans?.meanMs).toBeCloseTo(0.7, 2);
  });

  test('are at the upper one of the two ranks that a quantile lies between', () => {
    for (const delayMs of [0.1, 0.1, 200, 200])
      meter.countAnswer({ firstToken: at(delayMs), lastToken: at(0.1), writeMs: 0 });
    meter.stop();
    // The median of such latencies is 100 ms off.
    expect(meter.firstTokens?.p50Ms).toBeCloseTo(200, 0);
    expect(meter.spans?.p50Ms).toBeCloseTo(200, 0);
  });

  test('time without a core is added to the reads and answers of its stretch, and to no others', () => {
    loop.runDelayMs = 100;
    meter.start(10);
    look(5);
    meter.onRead(15.1);
    const firstToken = at(0.1);
    loop.runDelayMs = 103.02;
    meter.beat(20);
    look(5);
    meter.onRead(25.1);
    meter.countAnswer({ firstToken, lastToken: at(0.1), writeMs: 0 });
    meter.stop();
    // 0.02 ms of the 3.02 go with the wait, as they do in a calibration.
    expect(meter.reads).toMatchObject({ count: 2, maxMs: expect.closeTo(3.1, 2), meanMs: expect.closeTo(1.6, 2) });
    expect(meter.firstTokens?.maxMs).toBeCloseTo(3.1, 2);
    expect(meter.isCoreTimeKnown).toBe(true);
  });

  test('time without a core goes with the read, however late its bytes are taken', () => {
    loop.runDelayMs = 0;
    meter.start(10);
    look(5);
    const delayMs = meter.onRead(15.1);
    const { stretch } = meter;
    loop.runDelayMs = 3;
    meter.beat(20);
    meter.take(delayMs, stretch);
    meter.countAnswer({ firstToken: meter.current, lastToken: at(0), writeMs: 0 });
    meter.stop();
    expect(meter.firstTokens?.maxMs).toBeCloseTo(3.1 - 0.02, 2);
  });

  test('time without a core outside of waits is seen by the clock and not added again', () => {
    loop.runDelayMs = 0;
    meter.start(10);
    look(0.5);
    meter.onRead(10.6);
    meter.onWorkEnd(12);
    loop.runDelayMs = 4;
    meter.stop();
    expect(meter.reads?.maxMs).toBeCloseTo(0.6, 2);
  });

  test('are missing where nothing was read, and core time is unknown where the system does not tell', () => {
    meter.stop();
    expect([meter.reads, meter.firstTokens, meter.spans]).toEqual([undefined, undefined, undefined]);
    expect(meter.isCoreTimeKnown).toBe(false);
  });

  test('forget the warm-up at the start', () => {
    look(HEARTBEAT_MS * 5);
    meter.onRead(60);
    meter.start(61);
    look(5);
    meter.onRead(66.1);
    meter.stop();
    expect(meter.reads).toMatchObject({ count: 1, maxMs: expect.closeTo(0.1, 3) });
  });
});
