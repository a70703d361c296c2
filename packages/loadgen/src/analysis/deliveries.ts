const BUCKET_MS = 10;
const FIRST_BUCKETS = 1024;

/**
 * Tokens by their time of arrival, in buckets of 10 ms: memory grows with the length of the run, not with its tokens.
 * Arrivals outside the bounds are left out when they come, so that the sum is exact.
 */
export class Deliveries {
  readonly #startMs: number;
  readonly #endMs: number;
  #tokens: Float64Array = new Float64Array(FIRST_BUCKETS);
  #length = 0;

  /** @param endMs The end of the window; infinite while it is not known. */
  constructor(startMs: number, endMs: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  add(atMs: number, tokens: number): void {
    if (atMs < this.#startMs || atMs > this.#endMs) return;
    const bucket = Math.floor((atMs - this.#startMs) / BUCKET_MS);
    if (bucket >= this.#tokens.length) {
      const grown = new Float64Array(Math.max(this.#tokens.length * 2, bucket + 1));
      grown.set(this.#tokens);
      this.#tokens = grown;
    }
    this.#tokens[bucket] = (this.#tokens[bucket] ?? 0) + tokens;
    this.#length = Math.max(this.#length, bucket + 1);
  }

  /** Start of each bucket with tokens and their number, in turn. */
  pairs(): Float64Array {
    const pairs: number[] = [];
    for (let bucket = 0; bucket < this.#length; bucket++) {
      const tokens = this.#tokens[bucket] ?? 0;
      if (tokens > 0) pairs.push(this.#startMs + bucket * BUCKET_MS, tokens);
    }
    return Float64Array.from(pairs);
  }
}
