import type { Interval, Metric } from '@assay/contracts';
import {
  momentsOf,
  quantileInterval,
  quantileOfSorted,
  quantileRanks,
  sampleFloor,
  sortAscending,
  tMeanInterval,
} from '@assay/stats';
import { type From, measuredFigure, type Statistic, unavailableFigure } from './figure.ts';
import { blockMeanInterval } from './mean-interval.ts';
import type { NumberColumn } from './number-column.ts';
import { GAP_GROUPS, type TokenGaps } from './token-gaps.ts';

const QUANTILES: readonly (readonly [Statistic, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99.9', 0.999],
];
const LEVEL = 0.95;

interface Distribution {
  readonly id: string;
  readonly unit: string;
  readonly from?: From;
  /** Why there is no figure at all when there are no samples. */
  readonly emptyReason: string;
}

interface Figures {
  readonly samples: number;
  /** False where the samples are too few or too dependent for any quantile. */
  readonly hasQuantiles: boolean;
  readonly mean: number;
  readonly meanInterval: Interval | undefined;
  readonly min: number;
  readonly max: number;
  readonly stddev: number | undefined;
  readonly quantile: (q: number) => { readonly value: number; readonly interval: Interval | undefined };
}

/** All statistics of one value per request: exact order statistics, interpolated (type 7). */
export function distributionOf(name: Distribution, column: NumberColumn): Metric[] {
  const values = column.values();
  const moments = momentsOf(values);
  if (moments === undefined) return figuresOf(name, undefined);
  const sorted = sortAscending(values);
  return figuresOf(name, {
    samples: sorted.length,
    hasQuantiles: true,
    mean: moments.mean,
    meanInterval: blockMeanInterval(values),
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    stddev: moments.variance === undefined ? undefined : Math.sqrt(moments.variance),
    quantile: (q) => ({
      value: quantileOfSorted(sorted, q) ?? Number.NaN,
      interval: quantileInterval(sorted, q, LEVEL),
    }),
  });
}

/**
 * All statistics of inter-token times. The gaps of one request hang together, so the intervals take requests, not tokens, as
 * independent: ranks of the order-statistic interval at the number of requests, read off the token distribution.
 */
export function distributionOfGaps(name: Distribution, gaps: TokenGaps): Metric[] {
  if (gaps.count === 0) return figuresOf(name, undefined);
  const requests = gaps.requestMeansMs.length;
  return figuresOf(name, {
    samples: gaps.count,
    // Gaps of one request are no independent samples, however many they are.
    hasQuantiles: requests >= GAP_GROUPS,
    mean: gaps.meanMs,
    meanInterval: blockMeanInterval(gaps.requestMeansMs.values(), gaps.requestCounts.values()),
    min: gaps.minMs,
    max: gaps.maxMs,
    stddev: gaps.stddevMs,
    quantile: (q) => ({ value: gaps.quantileMs(q) ?? Number.NaN, interval: gapQuantileInterval(gaps, requests, q) }),
  });
}

function gapQuantileInterval(gaps: TokenGaps, requests: number, q: number): Interval | undefined {
  const ranks = quantileRanks(requests, q, LEVEL);
  if (ranks === undefined) return groupedInterval(gaps, q);
  const low = gaps.quantileMs(ranks.lowRank / (requests + 1));
  const high = gaps.quantileMs(ranks.highRank / (requests + 1));
  return low === undefined || high === undefined ? undefined : { low, high, level: LEVEL, method: 'order-statistic' };
}

/** Student's interval of the quantiles of groups of requests, around the quantile of all: for quantiles beyond what ranks of so few requests reach. */
function groupedInterval(gaps: TokenGaps, q: number): Interval | undefined {
  const all = gaps.quantileMs(q);
  const spread = tMeanInterval(gaps.groupQuantilesMs(q), LEVEL);
  if (all === undefined || spread === undefined) return undefined;
  const half = (spread.high - spread.low) / 2;
  return { low: Math.max(gaps.minMs, all - half), high: all + half, level: LEVEL, method: 'grouped-t' };
}

function figuresOf({ emptyReason, ...name }: Distribution, figures: Figures | undefined): Metric[] {
  const samples = figures?.samples ?? 0;
  const one = (statistic: Statistic, value: number | undefined, interval?: Interval): Metric => {
    if (figures === undefined) return unavailableFigure({ ...name, statistic }, emptyReason, 0);
    if (value === undefined) return unavailableFigure({ ...name, statistic }, 'TOO_FEW_SAMPLES', samples);
    return measuredFigure({ ...name, statistic }, value, samples, interval);
  };
  return [
    one('mean', figures?.mean, figures?.meanInterval),
    one('min', figures?.min),
    one('max', figures?.max),
    one('stddev', figures?.stddev),
    ...QUANTILES.map(([statistic, q]) => {
      if (figures === undefined || !figures.hasQuantiles || samples < sampleFloor(q)) return one(statistic, undefined);
      const { value, interval } = figures.quantile(q);
      return one(statistic, value, interval);
    }),
  ];
}
