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

/** Equal bins from the smallest sample to the 99.9 % quantile; null without samples. */
export function binOf(samples: readonly Sample[]): Bins | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const low = sorted[0]?.value ?? 0;
  const high = upperEdge(sorted, total);
  const width = high > low ? (high - low) / BIN_COUNT : 1;
  const counts = new Array<number>(BIN_COUNT).fill(0);
  let beyond = 0;
  for (const { value, weight } of sorted) {
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

function upperEdge(sorted: readonly Sample[], total: number): number {
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= SHOWN_QUANTILE * total) return value;
  }
  return sorted.at(-1)?.value ?? 0;
}
