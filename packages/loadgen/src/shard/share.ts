/** Which part of a load one worker makes. */
export interface ShardPlace {
  /** From 0. */
  readonly index: number;
  /** Number of workers in all. */
  readonly count: number;
}

/**
 * A worker's requests: every `count`-th index from `index` on. A pure function of the place, so any worker, process or pod knows its own requests
 * without asking anybody, and all together have each request exactly once. Neighbours in time go to different workers, which spreads bursts.
 */
export interface Share {
  readonly place: ShardPlace;
  /** Index in the whole load of this worker's request number `position`. */
  indexAt(position: number): number;
  /** How many of `total` requests are this worker's; infinite where `total` is. */
  countOf(total: number): number;
  /** This worker's part of `total` permits. Parts differ by one at most and add up to `total`. */
  permitsOf(total: number): number;
  isMine(index: number): boolean;
}

export const WHOLE: Share = createShare({ index: 0, count: 1 });

/** The share of a place. */
export function createShare(place: ShardPlace): Share {
  const { index, count } = place;
  const partOf = (total: number): number => Math.max(0, Math.ceil((total - index) / count));
  return {
    place,
    indexAt: (position) => index + position * count,
    countOf: partOf,
    permitsOf: partOf,
    isMine: (at) => at % count === index,
  };
}

/** How many requests of a worker's conversations lie below `total`; infinite where `total` is. */
export function countOfSessions(
  share: Share,
  sessionAt: (session: number) => { readonly firstIndex: number; readonly turns: number },
  total: number,
): number {
  if (!Number.isFinite(total)) return total;
  let count = 0;
  for (let position = 0; ; position++) {
    const { firstIndex, turns } = sessionAt(share.indexAt(position));
    if (firstIndex >= total) return count;
    count += Math.min(turns, total - firstIndex);
  }
}
