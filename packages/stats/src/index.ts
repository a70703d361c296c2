export {
  type EquivalenceMargin,
  type EquivalenceResult,
  equivalenceTest,
  pairedEquivalenceTest,
} from './comparison/equivalence.ts';
export { type KolmogorovSmirnovResult, kolmogorovSmirnovTest } from './comparison/kolmogorov-smirnov.ts';
export { type MannWhitneyResult, mannWhitneyTest } from './comparison/mann-whitney.ts';
export { adjustBenjaminiHochberg, adjustHolm } from './comparison/multiple-testing.ts';
export { type SignFlipResult, signFlipTest } from './comparison/sign-flip.ts';
export { compareSummaries, type EstimateSummary, type SummaryComparison } from './comparison/summary-test.ts';
export { normalCdf, normalQuantile } from './distribution/normal.ts';
export { StatsError, type StatsErrorCode } from './errors.ts';
export { createHistogram, type Histogram, type HistogramOptions } from './histogram.ts';
export { histogramFromBase64, histogramToBase64 } from './histogram-text.ts';
export { exactProportionInterval } from './interval/exact-proportion-interval.ts';
export type { Interval } from './interval/interval.ts';
export { tMeanInterval } from './interval/mean-interval.ts';
export { proportionInterval } from './interval/proportion-interval.ts';
export { type QuantileRanks, quantileInterval, quantileRanks } from './interval/quantile-interval.ts';
export { type Direction, dominates, paretoFront } from './pareto.ts';
export {
  type Moments,
  momentsOf,
  type NumberSeries,
  nearestRank,
  quantileOfSorted,
  sortAscending,
} from './quantile.ts';
export {
  type BlockBootstrapOptions,
  type BootstrapOptions,
  bcaInterval,
  blockBootstrapInterval,
  blockMeanInterval,
  defaultBlockLength,
  type Statistic,
} from './resample/bootstrap.ts';
export type { UniformSource } from './resample/random-source.ts';
export { type EarlyStoppingEstimate, earlyStoppingEstimate, minimumPassing, sampleFloor } from './sample-floor.ts';
export { type SteadyState, steadyStateOf } from './series/mser.ts';
export { type Trend, trendOf } from './series/trend.ts';
