/** Collects content arrivals as pairs `[deltaUs, count, ...]`, one pair per socket read that brought content. */
export class Arrivals {
  readonly pairs: number[] = [];
  #lastAtMs = Number.NaN;
  /** Rounding is carried on, so that the sum of the deltas stays within a microsecond of the whole. */
  #lastUs = 0;
  #firstAtMs = Number.NaN;
  total = 0;

  add(atMs: number, count: number): void {
    this.total += count;
    if (atMs === this.#lastAtMs) {
      const last = this.pairs.length - 1;
      this.pairs[last] = (this.pairs[last] ?? 0) + count;
      return;
    }
    if (this.pairs.length === 0) this.#firstAtMs = atMs;
    const us = Math.round((atMs - this.#firstAtMs) * 1000);
    this.pairs.push(us - this.#lastUs, count);
    this.#lastUs = us;
    this.#lastAtMs = atMs;
  }
}
