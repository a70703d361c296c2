import type { DelayFigures } from '@assay/contracts';
import { expect, test } from 'vitest';
import { worstReadDelay } from './worst-read-delay.ts';

const figures = (ms: number, count: number): DelayFigures => ({
  count,
  meanMs: ms,
  p50Ms: ms,
  p90Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  p999Ms: ms,
  maxMs: ms,
});

const worker = (readsMs: number, firstMs: number | undefined, isCoreTimeKnown = true) => ({
  reads: figures(readsMs, 10),
  firstTokens: firstMs === undefined ? undefined : figures(firstMs, 5),
  spans: undefined,
  isCoreTimeKnown,
});

test('the worst worker stands for all, part by part', () => {
  expect(worstReadDelay([worker(1, 4), worker(3, 2)])).toEqual({
    reads: figures(3, 20),
    firstTokens: figures(4, 10),
    spans: undefined,
    isCoreTimeKnown: true,
  });
});

test('a worker that answered nothing is no reason to know nothing', () => {
  expect(worstReadDelay([worker(1, undefined), worker(3, 2)])?.firstTokens).toEqual(figures(2, 5));
});

test('a worker that does not know makes the whole unknown', () => {
  expect(worstReadDelay([worker(1, 4), undefined])).toBeUndefined();
  expect(worstReadDelay([])).toBeUndefined();
  expect(worstReadDelay([worker(1, 4), worker(1, 4, false)])?.isCoreTimeKnown).toBe(false);
});
