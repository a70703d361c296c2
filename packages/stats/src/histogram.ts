// The histogram alone: the library's index also compiles WebAssembly and a log format, 0.1 s that nobody here needs.
import { constructorFromBucketSize } from 'hdr-histogram-js/dist/JsHistogramFactory.js';
import { assertArgument, StatsError } from './errors.ts';
import { nearestRank } from './quantile.ts';

export interface HistogramOptions {
  /** Smallest value told apart from 0; an integer from 1. */
  readonly lowest: number;
  /** Largest value that can be recorded. */
  readonly highest: number;
  /** Significant decimal digits kept of every value, 1 to 5. */
  readonly digits: number;
}

/**
 * Counts of non-negative integers in a fixed memory, with a bounded relative error: each value is known to `digits` significant
 * digits. Fractions are rounded to the nearest integer, so record in a fine unit (microseconds, not milliseconds).
 * An empty histogram has no statistics: reading one throws `STATS_EMPTY`, so look at `count` first.
 */
export interface Histogram {
  readonly options: HistogramOptions;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Population standard deviation. */
  readonly stddev: number;
  /** Throws `STATS_OUT_OF_RANGE` for a value below 0 or above `highest`. */
  record(value: number): void;
  recordN(value: number, count: number): void;
  /** Adds all counts of another histogram; throws `STATS_INCOMPATIBLE` when its options differ. */
  merge(other: Histogram): void;
  /** Smallest recorded value (to its digits) with at least the fraction q of all values at or below it. */
  quantile(q: number): number;
  reset(): void;
}

/** @internal The library's histogram behind one of ours. */
export type HdrHistogram = InstanceType<ReturnType<typeof constructorFromBucketSize>>;

/** Counts in doubles: exact to 2^53, where 32-bit counts would wrap silently. */
const DoubleHistogram: ReturnType<typeof constructorFromBucketSize> = constructorFromBucketSize(64);

const sources = new WeakMap<Histogram, HdrHistogram>();

/** An empty histogram. Example: microseconds up to an hour with three digits, `{ lowest: 1, highest: 3.6e9, digits: 3 }`. */
export function createHistogram(options: HistogramOptions): Histogram {
  const { lowest, highest, digits } = options;
  assertArgument(Number.isInteger(lowest) && lowest >= 1, `lowest is an integer from 1, got ${lowest}`);
  assertArgument(
    Number.isSafeInteger(highest) && highest >= 2 * lowest,
    `highest is a safe integer of at least twice lowest, got ${highest}`,
  );
  assertArgument(Number.isInteger(digits) && digits >= 1 && digits <= 5, `digits lie between 1 and 5, got ${digits}`);
  return wrap(new DoubleHistogram(lowest, highest, digits), { lowest, highest, digits });
}

/** @internal The library's histogram behind `histogram`; `undefined` for one that was not made here. */
export function sourceOf(histogram: Histogram): HdrHistogram | undefined {
  return sources.get(histogram);
}

function wrap(source: HdrHistogram, options: HistogramOptions): Histogram {
  const whenFilled = (value: () => number): number => {
    if (source.totalCount === 0) throw new StatsError('STATS_EMPTY', 'an empty histogram has no statistics');
    return value();
  };
  // After decoding the library knows the largest value only as the upper edge of its bucket.
  const largest = (): number => Math.min(source.maxValue, options.highest);
  const recordN = (value: number, count: number): void => {
    const whole = Math.round(value);
    if (!(whole >= 0 && whole <= options.highest)) {
      throw new StatsError('STATS_OUT_OF_RANGE', `a value lies between 0 and ${options.highest}, got ${value}`, {
        hint: 'Clamp and count such values, or create the histogram with a larger highest.',
      });
    }
    assertArgument(Number.isSafeInteger(count) && count >= 0, `a count is an integer from 0, got ${count}`);
    if (count > 0) source.recordValueWithCount(whole, count);
  };
  const histogram: Histogram = {
    options,
    get count() {
      return source.totalCount;
    },
    get mean() {
      return whenFilled(() => meanOf(source));
    },
    get min() {
      return whenFilled(() => source.getValueAtPercentile(0));
    },
    get max() {
      return whenFilled(largest);
    },
    get stddev() {
      return whenFilled(() => stddevOf(source));
    },
    record: (value) => recordN(value, 1),
    recordN,
    merge: (other) => addInto(source, options, other),
    quantile: (q) => {
      assertArgument(q >= 0 && q <= 1, `a quantile lies between 0 and 1, got ${q}`);
      const n = source.totalCount;
      // The library rounds the rank to the nearest; asking at an exact rank gives the one that is meant.
      return whenFilled(() => Math.min(source.getValueAtPercentile((100 * nearestRank(n, q)) / n), largest()));
    },
    reset: () => source.reset(),
  };
  sources.set(histogram, source);
  return histogram;
}

/** The sums of the library's own getters, whose iterators take ten times as long over counts that are zero for the most part. */
function meanOf(source: HdrHistogram): number {
  return sumOverCounts(source, (middle) => middle) / source.totalCount;
}

function stddevOf(source: HdrHistogram): number {
  const mean = meanOf(source);
  return Math.sqrt(sumOverCounts(source, (middle) => (middle - mean) * (middle - mean)) / source.totalCount);
}

function sumOverCounts(source: HdrHistogram, termOf: (middle: number) => number): number {
  const last = source.countsArrayIndex(source.maxValue);
  let sum = 0;
  for (let index = 0; index <= last; index += 1) {
    const count = source.getCountAtIndex(index);
    if (count > 0) sum += termOf(source.medianEquivalentValue(source.valueFromIndex(index))) * count;
  }
  return sum;
}

function addInto(target: HdrHistogram, options: HistogramOptions, other: Histogram): void {
  const source = sources.get(other);
  const isSame = (['lowest', 'highest', 'digits'] as const).every((key) => options[key] === other.options[key]);
  if (source === undefined || !isSame) {
    throw new StatsError('STATS_INCOMPATIBLE', 'only histograms with equal options can be merged', {
      hint: 'Create both with the same lowest, highest and digits.',
    });
  }
  if (source.totalCount > 0) target.add(source);
}
