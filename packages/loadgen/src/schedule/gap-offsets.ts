import type { OffsetAt } from './schedule.ts';

const BLOCK = 1024;
const CACHED_BLOCKS = 4;

/**
 * Offsets as cumulative sums of independent gaps; the first request is due after the first gap.
 * Sums always run from the start of a block and block starts from the previous block's end, so every worker adds the same
 * numbers in the same order and gets the same bits, whatever it asks for first. Memory is one number per 1,024 requests.
 */
export function createGapOffsets(gapMsAt: (index: number) => number): OffsetAt {
  const blockStarts: number[] = [0];
  const cache = new Map<number, Float64Array>();

  function computeBlock(block: number): Float64Array {
    const offsets = new Float64Array(BLOCK);
    let sum = blockStarts[block] ?? 0;
    for (let at = 0; at < BLOCK; at++) {
      sum += gapMsAt(block * BLOCK + at);
      offsets[at] = sum;
    }
    if (blockStarts.length === block + 1) blockStarts.push(sum);
    if (cache.size >= CACHED_BLOCKS) {
      const oldest = cache.keys().next().value;
      if (oldest !== undefined) cache.delete(oldest);
    }
    cache.set(block, offsets);
    return offsets;
  }

  return (index) => {
    const block = Math.floor(index / BLOCK);
    while (blockStarts.length <= block) computeBlock(blockStarts.length - 1);
    const offsets = cache.get(block) ?? computeBlock(block);
    return offsets[index - block * BLOCK] ?? Number.POSITIVE_INFINITY;
  };
}
