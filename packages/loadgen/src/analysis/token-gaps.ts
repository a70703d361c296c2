import type { RequestRecord } from '@assay/contracts';
import { createHistogram, type Histogram } from '@assay/stats';
import { NumberColumn } from './number-column.ts';

const HOUR_NS = 3_600_000_000_000;
const NS_PER_US = 1000;
const US_PER_MS = 1000;

/**
 * Inter-token times of all requests in bounded memory: a histogram in nanoseconds (0.1 % resolution) beside exact moments.
 * A read with n tokens after a gap g is n samples of g/n.
 */
export class TokenGaps {
  readonly histogram: Histogram = createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });
  /** Mean gap of each request, in the order of the records. */
  readonly requestMeansMs: NumberColumn = new NumberColumn();
  /** Samples behind each of `requestMeansMs`. */
  readonly requestCounts: NumberColumn = new NumberColumn();
  #count = 0;
  #meanMs = 0;
  #squares = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  /** Adds the gaps of one finished request. */
  add(record: RequestRecord): void {
    const { arrivals } = record;
    let gaps = 0;
    let spanUs = 0;
    for (let i = 2; i + 1 < arrivals.length; i += 2) {
      const deltaUs = arrivals[i] ?? 0;
      const tokens = arrivals[i + 1] ?? 0;
      if (tokens <= 0) continue;
      this.#record(deltaUs / tokens, tokens);
      gaps += tokens;
      spanUs += deltaUs;
    }
    if (gaps === 0) return;
    this.requestMeansMs.push(spanUs / gaps / US_PER_MS);
    this.requestCounts.push(gaps);
  }

  #record(gapUs: number, count: number): void {
    this.histogram.recordN(Math.min(Math.max(Math.round(gapUs * NS_PER_US), 0), HOUR_NS), count);
    const gapMs = gapUs / US_PER_MS;
    const delta = gapMs - this.#meanMs;
    this.#count += count;
    this.#meanMs += (delta * count) / this.#count;
    this.#squares += count * delta * (gapMs - this.#meanMs);
    this.#minMs = Math.min(this.#minMs, gapMs);
    this.#maxMs = Math.max(this.#maxMs, gapMs);
  }

  get count(): number {
    return this.#count;
  }

  get meanMs(): number {
    return this.#meanMs;
  }

  get minMs(): number {
    return this.#minMs;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  /** Sample standard deviation; `undefined` below two gaps. */
  get stddevMs(): number | undefined {
    return this.#count < 2 ? undefined : Math.sqrt(this.#squares / (this.#count - 1));
  }

  /** Quantile q, milliseconds. */
  quantileMs(q: number): number | undefined {
    const value = this.histogram.quantile(q);
    return value === undefined ? undefined : value / NS_PER_US / US_PER_MS;
  }
}
