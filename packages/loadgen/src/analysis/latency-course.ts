import type { RequestRecord } from '@assay/contracts';
import { steadyStateOf, trendOf } from '@assay/stats';

const BUCKETS = 1024;
const FIRST_WIDTH_MS = 10;
const BLOCKS = 20;
const LEVEL = 0.999;

/** A run that did not become steady. */
export interface Drift {
  /** Change of the latency over the run along its straight line, as a share of its mean. */
  readonly ratio: number;
}

/** Least change over a run that matters. */
const DRIFT_LIMIT = 0.1;

/**
 * Mean latency of ok requests by due time, in buckets that double their width when the run outgrows them: constant in size, whatever the
 * order of the records. Time to first token where answers are streamed, else the whole request.
 */
export class LatencyCourse {
  #sums: Float64Array = new Float64Array(BUCKETS);
  #counts: Float64Array = new Float64Array(BUCKETS);
  #widthMs = FIRST_WIDTH_MS;
  readonly #startMs: number;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  add({ scheduledMs, firstTokenMs, endMs }: RequestRecord): void {
    const doneMs = firstTokenMs ?? endMs;
    const atMs = scheduledMs - this.#startMs;
    if (doneMs === null || !(atMs >= 0)) return;
    while (atMs >= BUCKETS * this.#widthMs) this.#double();
    const bucket = Math.floor(atMs / this.#widthMs);
    this.#sums[bucket] = (this.#sums[bucket] ?? 0) + doneMs - scheduledMs;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  #double(): void {
    const halve = (from: Float64Array): Float64Array =>
      Float64Array.from({ length: BUCKETS }, (_, i) => (from[2 * i] ?? 0) + (from[2 * i + 1] ?? 0));
    this.#sums = halve(this.#sums);
    this.#counts = halve(this.#counts);
    this.#widthMs *= 2;
  }

  /**
   * The drift of a run for which MSER-5 finds no steady part and whose 20 block means rise or fall by more than chance (level 0.999) and by more
   * than 10 %; `undefined` for any other, and for one of fewer than 50 buckets with requests. MSER-5 alone also calls a queue near
   * saturation unsteady in a third of short runs, where nothing but neighbours are alike.
   */
  drift(): Drift | undefined {
    const means: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) means.push((this.#sums[bucket] ?? 0) / count);
    }
    if (steadyStateOf(means)?.isSteady !== false) return undefined;
    const blocks = Array.from({ length: BLOCKS }, (_, block) => meanOf(means, block));
    const mean = blocks.reduce((sum, value) => sum + value, 0) / BLOCKS;
    const trend = trendOf(blocks, LEVEL);
    if (trend === undefined || (trend.low <= 0 && trend.high >= 0)) return undefined;
    const ratio = (trend.slope * (BLOCKS - 1)) / mean;
    return Math.abs(ratio) > DRIFT_LIMIT ? { ratio } : undefined;
  }
}

function meanOf(values: readonly number[], block: number): number {
  const from = Math.floor((block * values.length) / BLOCKS);
  const to = Math.floor(((block + 1) * values.length) / BLOCKS);
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] ?? 0;
  return sum / (to - from);
}
