import { adjustHolm, compareSummaries, type EstimateSummary, type SummaryComparison } from '@assay/stats';
import { createRandom } from '@assay/timebase';
import { COMPARED_METRICS, type ComparedMetric } from './compared-metric.ts';
import { type LogFigure, logOfParts, logOfQuantile, logOfRuns } from './estimate-change.ts';
import type { RunFigures } from './run-figures.ts';

export type ChangeVerdict = 'faster' | 'slower' | 'equivalent' | 'undecided';

/** How one figure of the second side compares with the first. */
export interface MetricChange extends Pick<ComparedMetric, 'id' | 'statistic'> {
  readonly verdict: ChangeVerdict;
  readonly first: number | null;
  readonly second: number | null;
  /** Relative change, 0.1 for a tenth more (for `error_ratio` the difference); `null` where it cannot be told. */
  readonly change: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Holm-adjusted: that there is no difference. */
  readonly differencePValue: number | null;
  /** Holm-adjusted: that the difference is beyond the margin. */
  readonly equivalencePValue: number | null;
  /** Why there is no comparison. */
  readonly reason: string | null;
  readonly method: 'runs' | 'blocks' | 'parts' | 'wald';
}

export interface CompareOptions {
  /** Relative difference that does not matter, 0.05 for 5 %. */
  readonly margin: number;
  readonly alpha: number;
}

interface Tested {
  readonly metric: ComparedMetric;
  readonly method: MetricChange['method'];
  readonly first: number | null;
  readonly second: number | null;
  readonly comparison: SummaryComparison | undefined;
  readonly isLog: boolean;
}

/**
 * Compares two sides of one run or of several each. Several runs a side: Welch's test on the logs of the figures of the runs, so that what
 * differs from run to run counts. One run a side: the error within the run, by blocks of neighbours; a restart of the service may
 * change more. Holm's correction over the metrics, for differences and for equivalences.
 */
export function compareRuns(
  first: readonly RunFigures[],
  second: readonly RunFigures[],
  options: CompareOptions,
): MetricChange[] {
  const tested = COMPARED_METRICS.map((metric) => testMetric(metric, first, second, options));
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
  { margin, alpha }: CompareOptions,
): Tested {
  const values = [figuresOf(metric, first), figuresOf(metric, second)] as const;
  const [a, b] = values.map((side) => (side === undefined ? null : meanOf(side))) as [number | null, number | null];
  const isSeveral = first.length > 1 && second.length > 1;
  const isLog = metric.id !== 'error_ratio';
  const summaryOf = (side: readonly RunFigures[], at: 0 | 1): EstimateSummary | undefined => {
    if (!isLog) return errorSummary(side);
    const log = isSeveral ? logOfRuns(values[at] ?? []) : logWithin(metric, side, at);
    return log === undefined ? undefined : toSummary(log);
  };
  const summaries = [summaryOf(first, 0), summaryOf(second, 1)] as const;
  const bound = isLog ? Math.log1p(margin) : margin;
  const isKnown = summaries[0] !== undefined && summaries[1] !== undefined && a !== null && b !== null;
  const comparison = isKnown ? compareSummaries(summaries[0], summaries[1], bound, 1 - alpha) : undefined;
  const method = !isLog ? 'wald' : isSeveral ? 'runs' : metric.statistic === 'rate' ? 'parts' : 'blocks';
  return { metric, method, first: a, second: b, comparison, isLog };
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
  return logOfQuantile(run.latenciesMs.get(id) ?? [], q, createRandom(at).stream(`${id} ${statistic}`));
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
function figuresOf({ id, statistic }: ComparedMetric, side: readonly RunFigures[]): number[] | undefined {
  const values = side.flatMap(({ results }) => {
    const figure = results.metrics.find(
      (each) => each.id === id && each.statistic === statistic && each.from !== 'sent',
    );
    return figure?.state === 'measured' ? [figure.value] : [];
  });
  return values.length === side.length && values.length > 0 ? values : undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function toChange(tested: Tested, difference: number | null, equivalence: number | null, alpha: number): MetricChange {
  const { metric, method, first, second, comparison, isLog } = tested;
  const relative = (value: number | undefined): number | null =>
    value === undefined ? null : isLog ? Math.expm1(value) : value;
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
    reason: comparison !== undefined ? null : first === null || second === null ? 'NO_FIGURE' : 'TOO_FEW_SAMPLES',
    method,
  };
}

function verdictOf(
  { isLowerFaster }: ComparedMetric,
  comparison: SummaryComparison | undefined,
  difference: number | null,
  equivalence: number | null,
  alpha: number,
): ChangeVerdict {
  if (comparison === undefined || difference === null || equivalence === null) return 'undecided';
  // A difference that is real and within the margin does not matter: that is what the margin says.
  if (equivalence < alpha) return 'equivalent';
  if (difference >= alpha) return 'undecided';
  return comparison.difference < 0 === isLowerFaster ? 'faster' : 'slower';
}
