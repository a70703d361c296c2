import type { OffsetAt } from './schedule.ts';

/** One request every `1000 / rate` ms; the product is taken per index, so no rounding error piles up. */
export function constantOffsets(ratePerSecond: number): OffsetAt {
  return (index) => (index * 1000) / ratePerSecond;
}
