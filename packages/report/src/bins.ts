/** A histogram with its cumulated share. Samples beyond the last edge are counted in `beyond`. */
export interface Bins {
  readonly centers: readonly number[];
  /** Share of all samples, percent. */
  readonly share: readonly number[];
  /** Share at or below the upper edge of the bin, percent. */
  readonly cumulated: readonly number[];
  readonly width: number;
  readonly samples: number;
  readonly beyond: number;
}

/** Where the bins lie: from the smallest sample to the 99.9 % quantile. */
export interface Edges {
  readonly low: number;
  readonly high: number;
  readonly total: number;
}

const BIN_COUNT = 60;
const SHOWN_QUANTILE = 0.999;
const SMALLEST = 1e-4;
const LOG_STEP = 0.01;

/** Finds the edges in a first walk over the samples. Holds a count per 1 % of value, never the samples. */
export class EdgeFinder {
  readonly #weights: Map<number, number> = new Map();
  #total = 0;
  #low = Number.POSITIVE_INFINITY;
  #most = 0;

  /** Adds a value that was seen `weight` times. */
  add(value: number, weight = 1): void {
    const step = Math.ceil(Math.log(Math.max(value, SMALLEST)) / LOG_STEP);
    this.#weights.set(step, (this.#weights.get(step) ?? 0) + weight);
    this.#total += weight;
    this.#low = Math.min(this.#low, value);
    this.#most = Math.max(this.#most, value);
  }

  /** The smallest sample and the 99.9 % quantile, the latter rounded up by at most 1 %. */
  edges(): Edges {
    const edges = { low: this.#low, high: this.#most, total: this.#total };
    let sum = 0;
    for (const step of [...this.#weights.keys()].sort((a, b) => a - b)) {
      sum += this.#weights.get(step) ?? 0;
      if (sum >= SHOWN_QUANTILE * this.#total) {
        return { ...edges, high: Math.min(this.#most, Math.exp(step * LOG_STEP)) };
      }
    }
    return edges;
  }
}

/** Counts the same samples in equal bins, in a second walk. */
export class BinCounter {
  readonly #edges: Edges;
  readonly #width: number;
  readonly #counts: number[] = new Array<number>(BIN_COUNT).fill(0);
  #beyond = 0;

  constructor(edges: Edges) {
    this.#edges = edges;
    this.#width = edges.high > edges.low ? (edges.high - edges.low) / BIN_COUNT : 1;
  }

  add(value: number, weight = 1): void {
    const { low, high } = this.#edges;
    if (value > high) this.#beyond += weight;
    else {
      const index = Math.min(Math.floor((value - low) / this.#width), BIN_COUNT - 1);
      this.#counts[index] = (this.#counts[index] ?? 0) + weight;
    }
  }

  /** `null` without samples. */
  bins(): Bins | null {
    const { low, total } = this.#edges;
    if (total === 0) return null;
    let sum = 0;
    const percent = (count: number): number => Number(((100 * count) / total).toPrecision(6));
    return {
      centers: this.#counts.map((_, index) => Number((low + (index + 0.5) * this.#width).toPrecision(7))),
      share: this.#counts.map(percent),
      cumulated: this.#counts.map((count) => {
        sum += count;
        return percent(sum);
      }),
      width: this.#width,
      samples: total,
      beyond: this.#beyond,
    };
  }
}
