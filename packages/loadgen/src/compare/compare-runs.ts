import type { MetricChange } from '@assay/contracts';
import { adjustHolm, compareSummaries, type EstimateSummary, momentsOf, type SummaryComparison } from '@assay/stats';
import { createRandom } from '@assay/timebase';
import { COMPARED_METRICS, type ComparedMetric } from './compared-metric.ts';
import { type LogFigure, logOfGapQuantile, logOfParts, logOfQuantile, logOfRuns } from './estimate-change.ts';
import { arePaired, pairedChange } from './pair-runs.ts';
import type { LatencyStart, RunFigures } from './run-figures.ts';

export interface CompareOptions {
  /** Relative difference that does not matter, 0.05 for 5 %. */
  readonly margin: number;
  readonly alpha: number;
  /** Where the latencies of the figures start; scheduled when left out. */
  readonly from?: LatencyStart;
}

/**
 * How a figure is compared: by its logarithm; as a share of the requests; or as it is, relative to the first side, where none at all is a
 * figure too.
 */
type Scale = 'log' | 'share' | 'linear';

const GOODPUT = 'goodput_requests_per_second';
const SCALES: Readonly<Record<string, Scale>> = { error_ratio: 'share', [GOODPUT]: 'linear' };

interface Tested {
  readonly metric: ComparedMetric;
  readonly method: MetricChange['method'];
  readonly first: number | null;
  readonly second: number | null;
  readonly comparison: SummaryComparison | undefined;
  readonly scale: Scale;
  /** What a difference on the linear scale is a part of. */
  readonly base: number;
  readonly reason: string | null;
}

/**
 * Compares two sides of one run or of several each. Several runs a side: Welch's test on the logs of the figures of the runs, so that what
 * differs from run to run counts. One run a side: the error within the run, by blocks of neighbours, of both runs together where they made
 * the same requests; a restart of the service may change more. Holm's correction over the metrics, for differences and for equivalences.
 */
export function compareRuns(
  first: readonly RunFigures[],
  second: readonly RunFigures[],
  options: CompareOptions,
): MetricChange[] {
  // Without an objective there is nothing that could be good: no row is clearer than one that is always undecided.
  const hasObjectives = [...first, ...second].some(({ objectives }) => objectives.length > 0);
  const metrics = COMPARED_METRICS.filter(({ id }) => hasObjectives || id !== GOODPUT);
  const tested = metrics.map((metric) => testMetric(metric, first, second, options));
  const known = tested.filter(({ comparison }) => comparison !== undefined);
  const differences = adjustHolm(known.map(({ comparison }) => comparison?.differencePValue ?? 1));
  const equivalences = adjustHolm(known.map(({ comparison }) => comparison?.equivalencePValue ?? 1));
  return tested.map((each) => {
    const at = known.indexOf(each);
    return toChange(each, differences[at] ?? null, equivalences[at] ?? null, options.alpha);
  });
}

function testMetric(
  metric: ComparedMetric,
  first: readonly RunFigures[],
  second: readonly RunFigures[],
  { margin, alpha, from = 'scheduled' }: CompareOptions,
): Tested {
  const scale = SCALES[metric.id] ?? 'log';
  const values = [figuresOf(metric, first, from), figuresOf(metric, second, from)] as const;
  const [a, b] = values.map((side) => (side === undefined ? null : meanOf(side))) as [number | null, number | null];
  const isSeveral = first.length > 1 && second.length > 1;
  const method = scale === 'share' ? 'wald' : isSeveral ? 'runs' : metric.statistic === 'rate' ? 'parts' : 'blocks';
  const tested = { metric, method, first: a, second: b, scale, base: 0, comparison: undefined } as const;
  if (a === null || b === null) return { ...tested, reason: 'NO_FIGURE' };
  if (scale === 'linear' && !haveSameObjectives([...first, ...second])) {
    return { ...tested, reason: 'OBJECTIVES_DIFFER' };
  }
  const summaryOf = (side: readonly RunFigures[], at: 0 | 1): EstimateSummary | undefined => {
    if (scale === 'share') return errorSummary(side);
    const runs = isSeveral ? values[at] : undefined;
    if (scale === 'linear') return meanSummary(runs ?? side[0]?.rates.get(metric.id) ?? []);
    const log = runs === undefined ? logWithin(metric, side, at) : logOfRuns(runs);
    return log === undefined ? undefined : toSummary(log);
  };
  const summaries = [summaryOf(first, 0), summaryOf(second, 1)] as const;
  if (summaries[0] === undefined || summaries[1] === undefined) return { ...tested, reason: 'TOO_FEW_SAMPLES' };
  const paired =
    scale === 'log' && !isSeveral ? pairedComparison(metric, first, second, Math.log1p(margin), 1 - alpha) : undefined;
  if (paired !== undefined) return { ...tested, method: 'pairs', comparison: paired, reason: null };
  const size = Math.max(summaries[0].value, summaries[1].value);
  // Nothing good on either side is no equality worth a verdict.
  if (scale === 'linear' && size <= 0) return { ...tested, reason: 'NO_FIGURE' };
  const bound = { log: Math.log1p(margin), share: margin, linear: margin * (summaries[0].value || size) }[scale];
  const comparison = compareSummaries(summaries[0], summaries[1], bound, 1 - alpha);
  return { ...tested, base: summaries[0].value, comparison, reason: null };
}

/** Requests in common are no error of their difference; `undefined` where the runs did not make the same ones. */
function pairedComparison(
  metric: ComparedMetric,
  [first, ...others]: readonly RunFigures[],
  [second, ...more]: readonly RunFigures[],
  bound: number,
  level: number,
): SummaryComparison | undefined {
  if (first === undefined || second === undefined || others.length + more.length > 0) return undefined;
  if (!arePaired(first, second)) return undefined;
  const change = pairedChange(metric, first, second);
  if (change === undefined) return undefined;
  const none: EstimateSummary = { value: 0, standardError: 0, degreesOfFreedom: 1 };
  return compareSummaries(none, toSummary(change), bound, level);
}

/** Goodput under other objectives is another figure. */
function haveSameObjectives(all: readonly RunFigures[]): boolean {
  return new Set(all.map(({ objectives }) => [...objectives].sort().join(','))).size === 1;
}

/** Mean of runs or of parts of a window. */
function meanSummary(values: readonly number[]): EstimateSummary | undefined {
  const moments = momentsOf(values);
  if (moments?.variance === undefined) return undefined;
  const standardError = Math.sqrt(moments.variance / moments.count);
  return { value: moments.mean, standardError, degreesOfFreedom: moments.count - 1 };
}

const toSummary = ({ log, standardError, degreesOfFreedom }: LogFigure): EstimateSummary => ({
  value: log,
  standardError,
  degreesOfFreedom,
});

function logWithin({ id, statistic }: ComparedMetric, side: readonly RunFigures[], at: number): LogFigure | undefined {
  const [run] = side;
  if (run === undefined) return undefined;
  if (statistic === 'rate') return logOfParts(run.rates.get(id) ?? []);
  const q = statistic === 'p99' ? 0.99 : 0.5;
  const random = createRandom(at).stream(`${id} ${statistic}`);
  if (id === 'itl_ms') return run.gaps === undefined ? undefined : logOfGapQuantile(run.gaps, q, random);
  return logOfQuantile(run.latenciesMs.get(id) ?? [], q, random);
}

/** Share of failed requests with half a request added, so that none in both is no proof beyond its size. */
function errorSummary(side: readonly RunFigures[]): EstimateSummary | undefined {
  let failed = 0;
  let offered = 0;
  for (const { results } of side) {
    failed += results.outcomes.offered - results.outcomes.ok;
    offered += results.outcomes.offered;
  }
  if (offered === 0) return undefined;
  const share = (failed + 0.5) / (offered + 1);
  return {
    value: failed / offered,
    standardError: Math.sqrt((share * (1 - share)) / offered),
    degreesOfFreedom: offered,
  };
}

/** Figure of each run; `undefined` where one has none. */
function figuresOf(
  { id, statistic }: ComparedMetric,
  side: readonly RunFigures[],
  from: LatencyStart,
): number[] | undefined {
  const values = side.flatMap(({ results }) => {
    const figure = results.metrics.find(
      (each) => each.id === id && each.statistic === statistic && (each.from ?? from) === from,
    );
    return figure?.state === 'measured' ? [figure.value] : [];
  });
  return values.length === side.length && values.length > 0 ? values : undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function toChange(tested: Tested, difference: number | null, equivalence: number | null, alpha: number): MetricChange {
  const { metric, method, first, second, comparison, scale, base, reason } = tested;
  const relative = (value: number | undefined): number | null => {
    if (value === undefined) return null;
    if (scale === 'share') return value;
    if (scale === 'log') return Math.expm1(value);
    return base === 0 ? null : value / base;
  };
  return {
    id: metric.id,
    statistic: metric.statistic,
    verdict: verdictOf(metric, comparison, difference, equivalence, alpha),
    first,
    second,
    change: relative(comparison?.difference),
    low: relative(comparison?.low),
    high: relative(comparison?.high),
    differencePValue: difference,
    equivalencePValue: equivalence,
    reason,
    method,
  };
}

function verdictOf(
  { isLowerFaster }: ComparedMetric,
  comparison: SummaryComparison | undefined,
  difference: number | null,
  equivalence: number | null,
  alpha: number,
): MetricChange['verdict'] {
  if (comparison === undefined || difference === null || equivalence === null) return 'undecided';
  // A difference that is real and within the margin does not matter: that is what the margin says.
  if (equivalence < alpha) return 'equivalent';
  if (difference >= alpha) return 'undecided';
  return comparison.difference < 0 === isLowerFaster ? 'faster' : 'slower';
}
