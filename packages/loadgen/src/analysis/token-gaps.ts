import type { RequestRecord } from '@assay/contracts';
import { createHistogram, type Histogram } from '@assay/stats';
import { NumberColumn } from './number-column.ts';

const HOUR_NS = 3_600_000_000_000;
const NS_PER_US = 1000;
const US_PER_MS = 1000;

/** Groups of requests whose quantiles are compared with each other. */
export const GAP_GROUPS = 10;

const createGapHistogram = (): Histogram => createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });

/**
 * Inter-token times of all requests in bounded memory: histograms in nanoseconds (0.1 % resolution) beside exact moments.
 * A read with n tokens after a gap g is n samples of g/n. Requests are dealt out to groups, whose spread tells how far a quantile of all can be trusted.
 */
export class TokenGaps {
  readonly #groups: readonly Histogram[];
  #merged: Histogram | undefined;
  #group = 0;
  /** Mean gap of each request, in the order of the records. */
  readonly requestMeansMs: NumberColumn = new NumberColumn();
  /** Samples behind each of `requestMeansMs`. */
  readonly requestCounts: NumberColumn = new NumberColumn();
  #count = 0;
  #meanMs = 0;
  #squares = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  /** @param groups That requests are dealt out to; one tells nothing of a quantile beyond what its ranks reach. */
  constructor(groups: number = GAP_GROUPS) {
    this.#groups = Array.from({ length: groups }, createGapHistogram);
  }

  /** Adds the gaps of one finished request. */
  add({ arrivals }: Pick<RequestRecord, 'arrivals'>): void {
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
    this.#group = (this.#group + 1) % this.#groups.length;
    this.requestMeansMs.push(spanUs / gaps / US_PER_MS);
    this.requestCounts.push(gaps);
  }

  #record(gapUs: number, count: number): void {
    this.#merged = undefined;
    this.#groups[this.#group]?.recordN(Math.min(Math.max(Math.round(gapUs * NS_PER_US), 0), HOUR_NS), count);
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

  /** Quantile q of all gaps, milliseconds; `undefined` without gaps. */
  quantileMs(q: number): number | undefined {
    this.#merged ??= this.#groups.length === 1 ? this.#groups[0] : merge(this.#groups);
    return quantileMs(this.#merged, q);
  }

  /** Quantile q of each group of requests, milliseconds; a group without gaps is left out. */
  groupQuantilesMs(q: number): readonly number[] {
    return this.#groups.flatMap((group) => quantileMs(group, q) ?? []);
  }
}

function merge(groups: readonly Histogram[]): Histogram {
  const merged = createGapHistogram();
  for (const group of groups) merged.merge(group);
  return merged;
}

function quantileMs(histogram: Histogram | undefined, q: number): number | undefined {
  return histogram === undefined || histogram.count === 0 ? undefined : histogram.quantile(q) / NS_PER_US / US_PER_MS;
}
