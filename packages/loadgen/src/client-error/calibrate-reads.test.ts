import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { expect, onTestFinished, test } from 'vitest';
import { calibrateReads } from './calibrate-reads.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createNodeReadDelays } from './node-ports.ts';

const ECHO = new URL('../../test/echo-thread.ts', import.meta.url);
const clock = createSystemClock(performance);
const timer = createSystemTimer({ setTimeout, clearTimeout });

test('a calibration measures what the meter cannot see of the way from a write of another thread to the stamp of its read', async () => {
  const figures = await calibrateReads(ECHO, clock);
  expect(figures.samples).toBe(72);
  expect(figures.maxMs).toBeGreaterThan(0);
  // A loopback of a machine that does other things too.
  expect(figures.p50Ms).toBeLessThan(20);
  const { p50Ms, p90Ms, p99Ms, maxMs, meanMs } = figures;
  expect([p50Ms, p90Ms, p99Ms, maxMs]).toEqual([p50Ms, p90Ms, p99Ms, maxMs].toSorted((a, b) => a - b));
  expect(meanMs).toBeLessThanOrEqual(maxMs);
});

test('a thread that does not listen is an error with a code', async () => {
  const entry = new URL('../../test/thread-that-fails.ts', import.meta.url);
  await expect(calibrateReads(entry, clock)).rejects.toMatchObject({
    code: 'CALIBRATION_FAILED',
    cause: expect.objectContaining({ message: 'this thread never listens' }),
  });
});

test("Node's own counters: what came while the thread was busy is bounded, what came while it waited is small", async () => {
  const gapsMs = Array.from({ length: 60 }, () => 5);
  const worker = new Worker(ECHO, { workerData: { assayEcho: { gapsMs } } });
  onTestFinished(async () => void (await worker.terminate()));
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const offsetMs = Number(process.hrtime.bigint()) / 1e6 - clock.nowMs();
  const meter = createNodeReadDelays();
  meter.start(clock.nowMs());
  const stopBeating = startHeartbeat(meter, { clock, timer });
  const reads: { readonly writtenAtMs: number; readonly delayMs: number; readonly boundMs: number }[] = [];
  const busy: (readonly [fromMs: number, untilMs: number])[] = [];
  const socket = connect({
    host: '127.0.0.1',
    port,
    onread: {
      buffer: Buffer.alloc(4096),
      callback: (length, bytes) => {
        const atMs = clock.nowMs();
        const writtenAtMs = Buffer.from(bytes).readDoubleLE(0) - offsetMs;
        if (length > 0) reads.push({ writtenAtMs, delayMs: atMs - writtenAtMs, boundMs: meter.onRead(atMs) });
        meter.onWorkEnd(clock.nowMs());
        return true;
      },
    },
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (let block = 0; block < 5; block++) {
    await sleep(30);
    const fromMs = clock.nowMs();
    // Nobody marks this: a collection of garbage, a large answer.
    while (clock.nowMs() < fromMs + 20);
    busy.push([fromMs, clock.nowMs()]);
  }
  await closed;
  stopBeating();
  const cameInBusy = reads.filter(({ writtenAtMs }) =>
    busy.some(([fromMs, untilMs]) => writtenAtMs > fromMs && writtenAtMs < untilMs),
  );
  expect(cameInBusy.length).toBeGreaterThan(0);
  for (const { boundMs, delayMs } of cameInBusy) expect(boundMs).toBeGreaterThanOrEqual(delayMs - 0.01);
  const bounds = reads.map(({ boundMs }) => boundMs).toSorted((a, b) => a - b);
  expect(bounds[Math.floor(bounds.length / 4)]).toBeLessThan(2);
});
