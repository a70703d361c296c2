import type { RequestRecord } from '@assay/contracts';
import type { Distribution } from './chart-data.ts';

const BINS_PER_DECADE = 24;
const LOWEST_MS = 0.001;

/** Collects weighted values in logarithmic bins: memory does not grow with the samples. */
export interface Bins {
  add(valueMs: number, weight: number): void;
  toDistribution(marks: Distribution['marks']): Distribution | null;
}

/** Bins of a constant ratio, 24 to a decade; values under 1 µs count as 1 µs. */
export function createBins(): Bins {
  const counts = new Map<number, number>();
  let samples = 0;
  return {
    add(valueMs, weight): void {
      const bin = Math.floor(Math.log10(Math.max(valueMs, LOWEST_MS)) * BINS_PER_DECADE);
      counts.set(bin, (counts.get(bin) ?? 0) + weight);
      samples += weight;
    },
    toDistribution(marks): Distribution | null {
      if (samples === 0) return null;
      const bins = [...counts.keys()].sort((a, b) => a - b);
      const first = (bins[0] ?? 0) - 1;
      const last = (bins.at(-1) ?? 0) + 1;
      const span = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
      return {
        edges: [...span, last + 1].map((bin) => toShort(10 ** (bin / BINS_PER_DECADE))),
        counts: span.map((bin) => counts.get(bin) ?? 0),
        samples,
        marks,
      };
    },
  };
}

function toShort(value: number): number {
  return Number(value.toPrecision(6));
}

/** Adds the waits between tokens of one request: the tokens of one read share the wait before them. */
export function addTokenGaps(bins: Bins, record: RequestRecord): void {
  for (let at = 2; at + 1 < record.arrivals.length; at += 2) {
    const deltaUs = record.arrivals[at] ?? 0;
    const count = record.arrivals[at + 1] ?? 0;
    if (count > 0) bins.add(deltaUs / 1000 / count, count);
  }
}
