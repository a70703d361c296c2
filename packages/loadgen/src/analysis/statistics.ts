import type { Metric } from '@assay/contracts';
import { blockMeanInterval, type Interval, momentsOf, nearestRank, quantileInterval, sampleFloor, tMeanInterval, type UniformSource } from '@assay/stats';

export const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;

type MetricLabel = Pick<Metric, 'id' | 'unit'> & { readonly from?: 'scheduled' | 'sent' };

/** Resampling costs grow with the sample; above this the means of consecutive batches take its place. */
const MAX_BOOTSTRAP_SAMPLES = 5000;
const BATCHES = 50;
const MIN_FOR_INTERVAL = 10;
const RESAMPLES = 500;

const unavailable = (label: MetricLabel, statistic: Metric['statistic'], reason: string, samples: number): Metric => ({
  ...label,
  statistic,
  state: 'unavailable',
  reason,
  samples,
});

function measured(label: MetricLabel, statistic: Metric['statistic'], value: number, samples: number, interval?: Interval): Metric {
  return { ...label, statistic, state: 'measured', value, samples, ...(interval === undefined ? {} : { interval }), source: 'client' };
}

/** Interval of a mean of values in their order in time, which may be correlated. */
export function meanIntervalInOrder(values: Float64Array, random: UniformSource): Interval | undefined {
  if (values.length < MIN_FOR_INTERVAL) return undefined;
  if (values.length <= MAX_BOOTSTRAP_SAMPLES) return blockMeanInterval(values, { random, resamples: RESAMPLES });
  const size = Math.floor(values.length / BATCHES);
  const batchMeans = Array.from({ length: BATCHES }, (_, i) => momentsOf(values.subarray(i * size, (i + 1) * size))?.mean ?? 0);
  return tMeanInterval(batchMeans);
}

/** All statistics of one metric. A quantile below its sample floor is `unavailable`, and so is everything of an empty sample. */
export function statisticsOf(label: MetricLabel, values: Float64Array, emptyReason: string, random: UniformSource): Metric[] {
  const moments = momentsOf(values);
  const names = ['mean', 'min', 'max', 'stddev'] as const;
  if (moments === undefined) {
    return [...names, ...QUANTILES.map(([name]) => name)].map((name) => unavailable(label, name, emptyReason, 0));
  }
  const { count, mean, variance } = moments;
  const sorted = values.slice().sort();
  return [
    measured(label, 'mean', mean, count, meanIntervalInOrder(values, random)),
    measured(label, 'min', sorted[0] ?? mean, count),
    measured(label, 'max', sorted[count - 1] ?? mean, count),
    variance === undefined ? unavailable(label, 'stddev', 'TOO_FEW_SAMPLES', count) : measured(label, 'stddev', Math.sqrt(variance), count),
    ...QUANTILES.map(([name, q]): Metric => {
      if (count < sampleFloor(q)) return unavailable(label, name, 'TOO_FEW_SAMPLES', count);
      const value = sorted[nearestRank(count, q) - 1];
      return value === undefined
        ? unavailable(label, name, 'TOO_FEW_SAMPLES', count)
        : measured(label, name, value, count, quantileInterval(sorted, q));
    }),
  ];
}
