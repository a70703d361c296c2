import { describe, expect, it } from 'vitest';
import { createSystemClock, createSystemTimer } from './clock.ts';
import { createFakeClock } from './fake-clock.ts';
import { sleepUntil } from './sleep-until.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('sleepUntil', () => {
  it('ends at the due time, not before', async () => {
    const clock = createFakeClock({ startMs: 100 });
    let result: string | undefined;
    void sleepUntil(clock, clock, 150).then((value) => {
      result = value;
    });
    clock.advance(49.9);
    await settle();
    expect(result).toBeUndefined();
    clock.advance(0.1);
    await settle();
    expect(result).toBe('due');
  });

  it('asks the clock again when a timer fires early', async () => {
    const clock = createFakeClock({ earlyMs: 0.9 });
    let endedAtMs: number | undefined;
    void sleepUntil(clock, clock, 10).then(() => {
      endedAtMs = clock.nowMs();
    });
    clock.advance(9.5);
    await settle();
    expect(endedAtMs).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(endedAtMs).toBeGreaterThanOrEqual(10);
  });

  it('ends at once when aborted and leaves no timer behind', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleep = sleepUntil(clock, clock, 1000, controller.signal);
    controller.abort();
    expect(await sleep).toBe('aborted');
    expect(clock.pendingCount).toBe(0);
  });

  it('starts nothing when the signal fired before', async () => {
    const clock = createFakeClock();
    expect(await sleepUntil(clock, clock, 1000, AbortSignal.abort())).toBe('aborted');
    expect(clock.pendingCount).toBe(0);
  });

  it('waits longer than a platform timer can', async () => {
    const clock = createFakeClock();
    let isDue = false;
    void sleepUntil(clock, clock, 2 ** 32).then(() => {
      isDue = true;
    });
    clock.advance(2 ** 32 - 1);
    await settle();
    expect(isDue).toBe(false);
    clock.advance(1);
    await settle();
    expect(isDue).toBe(true);
  });

  it('returns at once when the time has passed', async () => {
    const clock = createFakeClock({ startMs: 5 });
    expect(await sleepUntil(clock, clock, 5)).toBe('due');
    expect(await sleepUntil(clock, clock, Number.NaN)).toBe('due');
  });

  it('works on the platform clock', async () => {
    const clock = createSystemClock(performance);
    const timer = createSystemTimer({
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (handle) => clearTimeout(handle),
    });
    const dueMs = clock.nowMs() + 5;
    await sleepUntil(clock, timer, dueMs);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(dueMs);
  });
});
