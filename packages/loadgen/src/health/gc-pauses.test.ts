import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createGcMeter, worstGcPauses } from './gc-pauses.ts';

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

test('counts the collections of its own time, those of the last turn too', async () => {
  const meter = createGcMeter();
  collect();
  meter.start();
  expect(meter.pauses()).toMatchObject({ count: 0, totalMs: 0, maxMs: 0 });
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  const { count, totalMs, maxMs } = meter.pauses();
  expect(count).toBeGreaterThanOrEqual(2);
  expect(maxMs).toBeGreaterThan(0);
  expect(totalMs).toBeGreaterThanOrEqual(maxMs);
  meter.stop();
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  expect(meter.pauses().count).toBe(count);
});

test('of several threads the longest pause and the greatest share', () => {
  const calm = { count: 3, totalMs: 9, maxMs: 8, ratio: 0.001 };
  const busy = { count: 40, totalMs: 60, maxMs: 2, ratio: 0.02 };
  expect(worstGcPauses([calm, undefined, busy])).toEqual({ count: 43, totalMs: 60, maxMs: 8, ratio: 0.02 });
  expect(worstGcPauses([undefined])).toBeUndefined();
});
