import type { Interval } from '@assay/contracts';
import { tMeanInterval } from '@assay/stats';

const BLOCKS = 20;
const LEVEL = 0.95;

/**
 * Interval of a mean from 20 consecutive blocks (batch means): neighbours under load are alike, so blocks, not values, are
 * taken as independent. `undefined` below 40 values.
 * @param weights How many samples each value stands for; 1 when left out.
 */
export function blockMeanInterval(values: ArrayLike<number>, weights?: ArrayLike<number>): Interval | undefined {
  if (values.length < 2 * BLOCKS) return undefined;
  const means: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const from = Math.floor((block * values.length) / BLOCKS);
    const to = Math.floor(((block + 1) * values.length) / BLOCKS);
    let sum = 0;
    let weight = 0;
    for (let i = from; i < to; i++) {
      const w = weights === undefined ? 1 : (weights[i] ?? 1);
      sum += (values[i] ?? 0) * w;
      weight += w;
    }
    means.push(sum / weight);
  }
  return intervalOfBlocks(means, weightedMean(values, weights));
}

/** Student's t interval from the spread of block figures, moved to `center`, the figure over all blocks. */
export function intervalOfBlocks(blocks: readonly number[], center: number): Interval {
  const spread = tMeanInterval(blocks, LEVEL);
  const half = spread === undefined ? 0 : (spread.high - spread.low) / 2;
  return { low: center - half, high: center + half, level: LEVEL, method: 'block-means-t' };
}

/** Figures per second of 20 equal parts of a window. `pairs` holds a time in milliseconds and an amount in turn. */
export function ratesOfBlocks(pairs: ArrayLike<number>, startMs: number, endMs: number): number[] {
  const sums = new Array<number>(BLOCKS).fill(0);
  const blockMs = (endMs - startMs) / BLOCKS;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const atMs = pairs[i] ?? 0;
    if (atMs < startMs || atMs > endMs) continue;
    const block = Math.min(Math.floor((atMs - startMs) / blockMs), BLOCKS - 1);
    sums[block] = (sums[block] ?? 0) + (pairs[i + 1] ?? 0);
  }
  return sums.map((sum) => (sum * 1000) / blockMs);
}

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number> | undefined): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weights === undefined ? 1 : (weights[i] ?? 1);
    sum += (values[i] ?? 0) * w;
    weight += w;
  }
  return sum / weight;
}
