import type { RequestRecord } from '@assay/contracts';

/** Consecutive parts that are resampled as wholes: neighbours under load are alike. */
export const BLOCKS = 30;

/** Steps in a factor of e: gaps are told apart to 0.1 %. */
const STEPS = 1000;
/** A record tells microseconds: shorter gaps are one. */
const SHORTEST_MS = 0.001;

interface GapCell {
  /** Logarithm of the gap in milliseconds. */
  readonly log: number;
  /** Samples in each block. */
  readonly counts: Float64Array;
}

/**
 * Gaps between tokens by blocks of the window, a request in the block it was due in. Memory grows with the range of the gaps, not with
 * their number.
 */
export class GapBlocks {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #cells = new Map<number, Float64Array>();
  /** Requests with a gap. */
  requests = 0;

  constructor({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  /** A read with n tokens after a gap g is n samples of g/n. */
  add({ arrivals, scheduledMs }: Pick<RequestRecord, 'arrivals' | 'scheduledMs'>): void {
    const share = (scheduledMs - this.#startMs) / (this.#endMs - this.#startMs);
    const block = Math.min(BLOCKS - 1, Math.max(0, Math.floor(share * BLOCKS)));
    let samples = 0;
    for (let i = 2; i + 1 < arrivals.length; i += 2) {
      const tokens = arrivals[i + 1] ?? 0;
      if (tokens <= 0) continue;
      samples += tokens;
      this.#count(Math.max((arrivals[i] ?? 0) / 1000 / tokens, SHORTEST_MS), tokens, block);
    }
    if (samples > 0) this.requests++;
  }

  #count(gapMs: number, samples: number, block: number): void {
    const key = Math.round(Math.log(gapMs) * STEPS);
    let counts = this.#cells.get(key);
    if (counts === undefined) {
      counts = new Float64Array(BLOCKS);
      this.#cells.set(key, counts);
    }
    counts[block] = (counts[block] ?? 0) + samples;
  }

  /** Shortest gaps first. */
  cells(): GapCell[] {
    return [...this.#cells].sort(([a], [b]) => a - b).map(([key, counts]) => ({ log: key / STEPS, counts }));
  }

  /** Samples in each block. */
  sizes(): number[] {
    const sizes = new Array<number>(BLOCKS).fill(0);
    for (const counts of this.#cells.values()) {
      for (const [block, count] of counts.entries()) sizes[block] = (sizes[block] ?? 0) + count;
    }
    return sizes;
  }
}
