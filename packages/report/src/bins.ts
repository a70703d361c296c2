/** A value that was seen `weight` times. */
export interface Sample {
  readonly value: number;
  readonly weight: number;
}

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

const BIN_COUNT = 60;
const SHOWN_QUANTILE = 0.999;
const SMALLEST = 1e-4;
const LOG_STEP = 0.01;

/**
 * Equal bins from the smallest sample to the 99.9 % quantile; null without samples. The samples are walked twice and never
 * kept, so that a run of a million requests fits in memory.
 */
export function binOf(samples: () => Iterable<Sample>): Bins | null {
  const { low, high, total } = findEdges(samples());
  if (total === 0) return null;
  const width = high > low ? (high - low) / BIN_COUNT : 1;
  const counts = new Array<number>(BIN_COUNT).fill(0);
  let beyond = 0;
  for (const { value, weight } of samples()) {
    if (value > high) beyond += weight;
    else {
      const index = Math.min(Math.floor((value - low) / width), BIN_COUNT - 1);
      counts[index] = (counts[index] ?? 0) + weight;
    }
  }
  let sum = 0;
  const percent = (count: number): number => Number(((100 * count) / total).toPrecision(6));
  return {
    centers: counts.map((_, index) => Number((low + (index + 0.5) * width).toPrecision(7))),
    share: counts.map(percent),
    cumulated: counts.map((count) => {
      sum += count;
      return percent(sum);
    }),
    width,
    samples: total,
    beyond,
  };
}

/** The smallest sample and the 99.9 % quantile, the latter rounded up by at most 1 %. */
function findEdges(samples: Iterable<Sample>): { readonly low: number; readonly high: number; readonly total: number } {
  const weights = new Map<number, number>();
  let total = 0;
  let low = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { value, weight } of samples) {
    const step = Math.ceil(Math.log(Math.max(value, SMALLEST)) / LOG_STEP);
    weights.set(step, (weights.get(step) ?? 0) + weight);
    total += weight;
    low = Math.min(low, value);
    most = Math.max(most, value);
  }
  let sum = 0;
  for (const step of [...weights.keys()].sort((a, b) => a - b)) {
    sum += weights.get(step) ?? 0;
    if (sum >= SHOWN_QUANTILE * total) return { low, high: Math.min(most, Math.exp(step * LOG_STEP)), total };
  }
  return { low, high: most, total };
}
