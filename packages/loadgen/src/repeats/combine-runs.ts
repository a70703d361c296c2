import type { Metric, RepeatedMetric, ResultsDocument } from '@assay/contracts';
import { momentsOf, normalQuantile, tMeanInterval } from '@assay/stats';

/** Same figure in every document. */
const keyOf = ({ id, statistic, from }: Metric): string => `${id} ${statistic} ${from ?? ''}`;

/**
 * Figures over several runs of one configuration: mean and Student's interval over the figures of the runs, and the variance between
 * runs apart from the one within. A figure that a run lacks makes the mean unknown, never smaller.
 */
export function combineRuns(runs: readonly ResultsDocument[]): RepeatedMetric[] {
  const names = new Map<string, Metric>();
  for (const { metrics } of runs) for (const metric of metrics) names.set(keyOf(metric), metric);
  return [...names.values()].map((name) => combine(name, runs));
}

function combine(name: Metric, runs: readonly ResultsDocument[]): RepeatedMetric {
  const figures = runs.map(({ metrics }) => metrics.find((metric) => keyOf(metric) === keyOf(name)));
  const values = figures.map((figure) => (figure?.state === 'measured' ? figure.value : null));
  const known = values.filter((value) => value !== null);
  const moments = known.length === values.length ? momentsOf(known) : undefined;
  const interval = moments === undefined ? undefined : tMeanInterval(known);
  const between = moments?.variance;
  const within = withinVariance(figures);
  const { id, statistic, unit, from } = name;
  return {
    id,
    statistic,
    unit,
    ...(from === undefined ? {} : { from }),
    values,
    mean: moments?.mean ?? null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    betweenStddev: between === undefined ? null : Math.sqrt(between),
    withinStandardError: within === undefined ? null : Math.sqrt(within),
    excessStddev: between === undefined || within === undefined ? null : Math.sqrt(Math.max(0, between - within)),
  };
}

/** Mean of the squared standard errors that the intervals of the runs stand for; `undefined` where one has no interval. */
function withinVariance(figures: readonly (Metric | undefined)[]): number | undefined {
  let sum = 0;
  for (const figure of figures) {
    const interval = figure?.state === 'measured' ? figure.interval : undefined;
    if (interval === undefined) return undefined;
    const error = (interval.high - interval.low) / 2 / normalQuantile((1 + interval.level) / 2);
    sum += error ** 2 / figures.length;
  }
  return sum;
}
