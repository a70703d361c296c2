export { StatsError, type StatsErrorCode } from './errors.ts';
export { createHistogram, type Histogram, type HistogramOptions, histogramFromBase64 } from './histogram.ts';
export type { Interval } from './interval/interval.ts';
export { proportionInterval } from './interval/proportion-interval.ts';
export { type QuantileRanks, quantileInterval, quantileRanks } from './interval/quantile-interval.ts';
export {
  type Moments,
  momentsOf,
  type NumberSeries,
  nearestRank,
  quantileOfSorted,
  sortAscending,
} from './quantile.ts';
export { type EarlyStoppingEstimate, earlyStoppingEstimate, minimumPassing, sampleFloor } from './sample-floor.ts';
