import { LoadgenError } from '../errors.ts';
import { nextStep, rangeOf, type SearchEnd, type SearchOptions } from './capacity-search.ts';
import { crossingOf } from './crossing.ts';
import type { CompletedProbe, ProbePlan, ProbeResult } from './probe.ts';
import { looksWithin } from './probe-judge.ts';

/** The rate a service can take, as far as the probes tell. */
export interface CapacityEstimate {
  readonly end: SearchEnd;
  /** Middle of the range on the log scale, or where a line through the undecided probes meets the bound; `null` where one end is not known. */
  readonly ratePerSecond: number | null;
  /** Highest rate that met every objective, decided. */
  readonly low: number | null;
  /** Lowest rate that missed one, decided. */
  readonly high: number | null;
}

export interface CapacityOutcome<Probe extends ProbeResult> {
  readonly estimate: CapacityEstimate;
  readonly probes: readonly (Probe & ProbePlan)[];
}

/** Error of one verdict on either side, so that all probes together keep the error asked for. */
export function errorPerProbe(error: number, mostProbes: number): number {
  return error / mostProbes;
}

/** Random arrivals after which their own rate is within half the tolerance of the one asked for, by two standard deviations. */
export function fewestArrivals(tolerance: number): number {
  return Math.ceil((4 / tolerance) ** 2);
}

/** Fewest requests without one miss that show a share below `bound`. */
export function fewestRequests(bound: number, error: number, mostProbes: number, longestMs: number): number {
  const alpha = errorPerProbe(error, mostProbes) / looksWithin(longestMs);
  return Math.ceil(Math.log(alpha) / Math.log(1 - bound));
}

/**
 * Searches the highest rate that meets the objectives. The search itself is pure; `probe` makes the load.
 *
 * @throws LoadgenError CAPACITY_OPTION_INVALID
 */
export async function findCapacity<Probe extends ProbeResult>(
  options: SearchOptions,
  probe: (plan: ProbePlan) => Promise<Probe>,
): Promise<CapacityOutcome<Probe>> {
  assertOptions(options);
  const probes: (Probe & ProbePlan)[] = [];
  for (;;) {
    const step = nextStep(probes, options);
    if (step.kind === 'done') return { estimate: estimateOf(probes, step.end), probes };
    const result = await probe(step.plan);
    // Random arrivals miss the planned rate by some percent: what was offered is what the verdict is about.
    probes.push({ ...result, ...step.plan, ratePerSecond: result.offeredPerSecond });
  }
}

function estimateOf(probes: readonly CompletedProbe[], end: SearchEnd): CapacityEstimate {
  const { passedPerSecond, failedPerSecond } = rangeOf(probes);
  const isBounded = passedPerSecond !== undefined && failedPerSecond !== undefined;
  const middle = isBounded ? Math.sqrt(passedPerSecond * failedPerSecond) : null;
  const crossing = end === 'found' || middle === null ? undefined : crossingOf(probes, middle);
  const isInside = crossing !== undefined && crossing > (passedPerSecond ?? 0) && crossing < (failedPerSecond ?? 0);
  return {
    end,
    ratePerSecond: isInside ? crossing : middle,
    low: passedPerSecond ?? null,
    high: failedPerSecond ?? null,
  };
}

function assertOptions({ startPerSecond, tolerance, mostProbes }: SearchOptions): void {
  const refuse = (message: string): never => {
    throw new LoadgenError('CAPACITY_OPTION_INVALID', message);
  };
  if (!(startPerSecond > 0 && Number.isFinite(startPerSecond)))
    refuse(`the first rate is above 0, got ${startPerSecond}`);
  if (!(tolerance > 0 && tolerance < 1)) refuse(`the tolerance lies between 0 and 1, got ${tolerance}`);
  if (!(Number.isInteger(mostProbes) && mostProbes >= 2)) refuse(`a search takes at least 2 probes, got ${mostProbes}`);
}
