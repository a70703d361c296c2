import { trendOf } from '@assay/stats';

const BLOCKS = 10;
/** Chance of taking a steady backlog for a growing one, were its blocks independent. */
const ALPHA = 0.001;
/** Growth over the window below which nothing is certain, requests. */
const LEAST_GROWTH = 8;

/** How the number of open requests changes. */
export interface BacklogTrend {
  /** Requests per second by which it grows. */
  readonly growthPerSecond: number;
  /** Upper end of the interval of the growth at the level asked for. */
  readonly highPerSecond: number;
  /** Growth beyond doubt: a positive slope at level 0.999, in every third, and of some size. */
  readonly isGrowing: boolean;
}

/** The open requests of a probe over time, for the test of their trend. */
export class Backlog {
  readonly #atMs: number[] = [];
  readonly #open: number[] = [];

  /** Readings come in order of time. */
  add(atMs: number, open: number): void {
    this.#atMs.push(atMs);
    this.#open.push(open);
  }

  /**
   * Trend from `fromMs` (when the first answers are back and the backlog has filled up) to the last reading. `undefined` below 20
   * readings.
   */
  trend(fromMs: number, level: number): BacklogTrend | undefined {
    const start = this.#atMs.findIndex((atMs) => atMs >= fromMs);
    const count = this.#atMs.length - start;
    if (start < 0 || count < 2 * BLOCKS) return undefined;
    const means: number[] = [];
    for (let block = 0; block < BLOCKS; block++) {
      const from = start + Math.floor((block * count) / BLOCKS);
      const to = start + Math.floor(((block + 1) * count) / BLOCKS);
      means.push(meanOf(this.#open, from, to));
    }
    const spanMs = (this.#atMs.at(-1) ?? 0) - (this.#atMs[start] ?? 0);
    const blocksPerSecond = (1000 * BLOCKS) / Math.max(spanMs, 1);
    const strict = trendOf(means, 1 - 2 * ALPHA);
    const asked = trendOf(means, level);
    if (strict === undefined || asked === undefined) return undefined;
    const thirds = [meanOf(means, 0, 3), meanOf(means, 3, 7), meanOf(means, 7, 10)] as const;
    const isRising = thirds[0] < thirds[1] && thirds[1] < thirds[2];
    const growth = strict.slope * BLOCKS;
    return {
      growthPerSecond: strict.slope * blocksPerSecond,
      highPerSecond: asked.high * blocksPerSecond,
      isGrowing: strict.low > 0 && isRising && growth > LEAST_GROWTH && growth > thirds[0] / 4,
    };
  }
}

function meanOf(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] ?? 0;
  return sum / Math.max(1, to - from);
}
