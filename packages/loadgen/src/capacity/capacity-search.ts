import type { CompletedProbe, ProbePlan } from './probe.ts';

export interface SearchOptions {
  /** First rate, requests per second. */
  readonly startPerSecond: number;
  /** 0.05 for ±5 %. */
  readonly tolerance: number;
  readonly mostProbes: number;
}

/**
 * `found`: both ends of the range are decided and the range is as narrow as asked. `undecided`: it is as narrow, but holds a rate that
 * the longest probe could not decide. `wide`: the probes were used up. `above`: a rate passed, none failed, and the client could not make
 * more. `below`: a rate failed, and none passed.
 */
export type SearchEnd = 'found' | 'undecided' | 'wide' | 'above' | 'below';

export type NextStep =
  | { readonly kind: 'probe'; readonly plan: ProbePlan }
  | { readonly kind: 'done'; readonly end: SearchEnd };

/** What the probes so far say about the range. */
export interface SearchRange {
  /** Highest rate that passed, decided; `undefined` where none did. */
  readonly passedPerSecond: number | undefined;
  /** Lowest rate that failed, decided. */
  readonly failedPerSecond: number | undefined;
  /** Full-length probes between the two that stayed undecided, ascending. */
  readonly undecided: readonly number[];
}

const BRACKET_FACTOR = 4;
/** How far from a guess its neighbours stand, of the tolerance: two of them make a range that is narrow enough. */
const STEP_SHARE = 0.95;

export function rangeOf(probes: readonly CompletedProbe[]): SearchRange {
  const failed = Math.min(...ratesOf(probes, ({ verdict }) => verdict === 'fail'));
  const passed = Math.max(
    ...ratesOf(probes, ({ verdict, ratePerSecond }) => verdict === 'pass' && ratePerSecond < failed),
  );
  const undecided = ratesOf(
    probes,
    ({ verdict, isBracketing, isClientLimited, ratePerSecond }) =>
      verdict === 'undecided' && !isBracketing && !isClientLimited && ratePerSecond < failed && ratePerSecond > passed,
  );
  return {
    passedPerSecond: Number.isFinite(passed) ? passed : undefined,
    failedPerSecond: Number.isFinite(failed) ? failed : undefined,
    undecided: undecided.sort((a, b) => a - b),
  };
}

/**
 * The next rate to try, as a pure function of the probes so far: a geometric bracket, then guesses by what an over-saturated service
 * delivered, then bisection on the log of the rate, until the decided range is narrower than the tolerance on both sides.
 */
export function nextStep(made: readonly CompletedProbe[], options: SearchOptions): NextStep {
  const probes = withoutRepeated(made);
  const range = rangeOf(probes);
  if (isNarrow(range, options.tolerance)) {
    return { kind: 'done', end: range.undecided.length === 0 ? 'found' : 'undecided' };
  }
  if (isNarrowByLeaning(probes, options.tolerance)) return { kind: 'done', end: 'undecided' };
  const hasPassed = range.passedPerSecond !== undefined;
  const hasFailed = range.failedPerSecond !== undefined;
  if (probes.at(-1)?.isClientLimited === true && hasPassed && !hasFailed) return { kind: 'done', end: 'above' };
  if (made.length >= options.mostProbes) return { kind: 'done', end: hasFailed && !hasPassed ? 'below' : 'wide' };
  const { ratePerSecond, isBracketing } = nextRate(probes, range, options);
  return { kind: 'probe', plan: { index: made.length, ratePerSecond, isBracketing } };
}

/**
 * The probes that count. A disturbed one says nothing about the service: left out, the same rate comes next. A second one in a row counts as
 * what it is, so that a client that is always late does not use up the probes at one rate.
 */
export function withoutRepeated<Probe extends CompletedProbe>(made: readonly Probe[]): readonly Probe[] {
  const counted: Probe[] = [];
  let isRepeat = false;
  for (const probe of made) {
    isRepeat = probe.verdict === 'undecided' && probe.isDisturbed && !isRepeat;
    if (!isRepeat) counted.push(probe);
  }
  return counted;
}

/** Widest ratio of the ends whose middle is within the tolerance of both. */
const narrowRatio = (tolerance: number): number => (1 + tolerance) ** 2;

function isNarrow({ passedPerSecond, failedPerSecond }: SearchRange, tolerance: number): boolean {
  if (passedPerSecond === undefined || failedPerSecond === undefined) return false;
  return failedPerSecond / passedPerSecond <= narrowRatio(tolerance);
}

/** What the client cannot offer has to be looked for below, whatever the few requests it sent lean to. */
const isFailing = ({ verdict, leansTo, isClientLimited }: CompletedProbe): boolean =>
  verdict === 'undecided' ? isClientLimited || leansTo === 'fail' : verdict === 'fail';

/** Ends of the range where full-length probes that are undecided count by the side they lean to. */
export function leaningRange(probes: readonly CompletedProbe[]): {
  readonly low: number | undefined;
  readonly high: number | undefined;
} {
  const full = probes.filter(
    ({ verdict, isBracketing, isClientLimited }) => verdict !== 'undecided' || !(isBracketing || isClientLimited),
  );
  const high = Math.min(...ratesOf(full, isFailing));
  const low = Math.max(...ratesOf(full, (probe) => !isFailing(probe) && probe.ratePerSecond < high));
  return { low: Number.isFinite(low) ? low : undefined, high: Number.isFinite(high) ? high : undefined };
}

/** Full-length probes lean apart as near as asked, between decided ones: longer probes would be needed to decide more. */
function isNarrowByLeaning(probes: readonly CompletedProbe[], tolerance: number): boolean {
  const { low, high } = leaningRange(probes);
  const { passedPerSecond, failedPerSecond } = rangeOf(probes);
  if (low === undefined || high === undefined || passedPerSecond === undefined || failedPerSecond === undefined)
    return false;
  return high / low <= narrowRatio(tolerance);
}

type Rate = Pick<ProbePlan, 'ratePerSecond' | 'isBracketing'>;

function nextRate(probes: readonly CompletedProbe[], range: SearchRange, options: SearchOptions): Rate {
  const { tolerance, startPerSecond } = options;
  if (probes.length === 0) return { ratePerSecond: startPerSecond, isBracketing: true };
  // Undecided probes count by the side they lean to until the ends of the range are found.
  const high = Math.min(...ratesOf(probes, isFailing));
  const low = Math.max(...ratesOf(probes, (probe) => !isFailing(probe) && probe.ratePerSecond < high));
  const step = 1 + STEP_SHARE * tolerance;
  if (Number.isFinite(low) && Number.isFinite(high)) {
    if (high / low > narrowRatio(tolerance))
      return { ratePerSecond: between(probes, low, high, step), isBracketing: false };
    return { ratePerSecond: endToDecide(range, low, high, step), isBracketing: false };
  }
  if (Number.isFinite(high)) {
    const guess = throughputAt(probes, high, step);
    const ratePerSecond = guess !== undefined && guess < high / step ? guess / step : high / BRACKET_FACTOR;
    return { ratePerSecond, isBracketing: false };
  }
  return { ratePerSecond: Math.max(low, startPerSecond) * BRACKET_FACTOR, isBracketing: true };
}

/** A rate inside the range: around what the over-saturated end delivered, else in the middle of the logs. */
function between(probes: readonly CompletedProbe[], low: number, high: number, step: number): number {
  const guess = throughputAt(probes, high, step);
  const isInside = (rate: number): boolean => rate > low * Math.sqrt(step) && rate < high / Math.sqrt(step);
  const guesses = guess === undefined ? [] : [guess / step, guess * step];
  return guesses.find(isInside) ?? Math.sqrt(low * high);
}

/** The range is narrow, yet an end of it only leans: go one step beyond that end, or decide a short one at its own rate. */
function endToDecide(
  { passedPerSecond, failedPerSecond, undecided }: SearchRange,
  low: number,
  high: number,
  step: number,
): number {
  const lowest = undecided[0];
  if (passedPerSecond !== low) {
    const isTried = lowest !== undefined && lowest <= low;
    if (!isTried) return low;
    if (passedPerSecond === undefined || passedPerSecond * step < lowest * 0.999) return lowest / step;
  }
  const highest = undecided.at(-1) ?? high;
  if (failedPerSecond !== high && failedPerSecond !== undefined)
    return Math.min(highest * step, Math.sqrt(highest * failedPerSecond));
  return Math.max(highest, high) * step;
}

/** What the failed probe at a rate delivered, where that is clearly less than it was asked for. */
function throughputAt(probes: readonly CompletedProbe[], rate: number, step: number): number | undefined {
  const delivered = probes.find(({ ratePerSecond }) => ratePerSecond === rate)?.throughputPerSecond;
  return delivered === undefined || delivered > rate / step ** 2 ? undefined : delivered;
}

function ratesOf(probes: readonly CompletedProbe[], isWanted: (probe: CompletedProbe) => boolean): number[] {
  return probes.filter(isWanted).map(({ ratePerSecond }) => ratePerSecond);
}
