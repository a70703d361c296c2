const MOST_BUCKETS = 40;
/** Requests a bucket has on average, at least; one with fewer than half of them shows no quantile. */
const BUCKET_REQUESTS = 20;
const LOG_STEP = 0.005;
const SMALLEST = 1e-3;

/** Median and p95 over equal parts of the run; `null` where a part has too few requests. */
export interface BucketLines {
  readonly bucketS: readonly number[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

/** Counts latencies by time and value, in steps of 0.5 %: lines to look at, not figures. */
export class TimeBuckets {
  readonly #startMs: number;
  readonly #widthMs: number;
  readonly #buckets: readonly Map<number, number>[];

  constructor(startMs: number, lastMs: number, requests: number) {
    const count = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(requests / BUCKET_REQUESTS)));
    this.#startMs = startMs;
    this.#widthMs = Math.max((lastMs - startMs) / count, 1);
    this.#buckets = Array.from({ length: count }, () => new Map<number, number>());
  }

  add(atMs: number, valueMs: number): void {
    const index = Math.floor((atMs - this.#startMs) / this.#widthMs);
    const bucket = this.#buckets[Math.min(Math.max(index, 0), this.#buckets.length - 1)];
    const step = Math.round(Math.log(Math.max(valueMs, SMALLEST)) / LOG_STEP);
    bucket?.set(step, (bucket.get(step) ?? 0) + 1);
  }

  lines(): BucketLines {
    return {
      bucketS: this.#buckets.map((_, index) => round(((index + 0.5) * this.#widthMs) / 1000)),
      p50Ms: this.#buckets.map((bucket) => quantileOf(bucket, 0.5)),
      p95Ms: this.#buckets.map((bucket) => quantileOf(bucket, 0.95)),
    };
  }
}

function quantileOf(bucket: ReadonlyMap<number, number>, q: number): number | null {
  let total = 0;
  for (const count of bucket.values()) total += count;
  if (total < BUCKET_REQUESTS / 2) return null;
  let sum = 0;
  for (const step of [...bucket.keys()].sort((a, b) => a - b)) {
    sum += bucket.get(step) ?? 0;
    if (sum >= q * total) return round(Math.exp(step * LOG_STEP));
  }
  return null;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
