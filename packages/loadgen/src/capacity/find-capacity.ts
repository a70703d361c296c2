import { LoadgenError } from '../errors.ts';
import {
  leaningRange,
  nextStep,
  rangeOf,
  type SearchEnd,
  type SearchOptions,
  withoutRepeated,
} from './capacity-search.ts';
import { crossingOf } from './crossing.ts';
import type { CompletedProbe, ProbePlan, ProbeResult } from './probe.ts';
import { tellingTimeMs } from './probe-judge.ts';

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

/** Random arrivals after which their own rate is within half the tolerance of the one asked for, by three standard deviations. */
export function fewestArrivals(tolerance: number): number {
  return Math.ceil((6 / tolerance) ** 2);
}

/** What the length of a probe follows from. */
export interface ProbeLength {
  readonly objectives: readonly string[];
  readonly ratePerSecond: number;
  readonly tolerance: number;
  readonly isRandom: boolean;
}

const SHORTEST_MS = 60_000;
const LONGEST_MS = 300_000;

/**
 * Longest time of a probe where nobody said: four times what it takes an excess of the tolerance to show, for random arrivals the time
 * their rate takes to be known; between one minute and five.
 */
export function longestProbeMs({ objectives, ratePerSecond, tolerance, isRandom }: ProbeLength): number {
  const arrivalsMs = isRandom ? (1100 * fewestArrivals(tolerance)) / ratePerSecond : 0;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 4 * tellingTimeMs(objectives, tolerance), arrivalsMs));
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
    if (step.kind === 'done') return { estimate: estimateOf(withoutRepeated(probes), step.end), probes };
    const result = await probe(step.plan);
    // Random arrivals miss the planned rate by some percent: what was offered is what the verdict is about.
    probes.push({ ...result, ...step.plan, ratePerSecond: result.offeredPerSecond });
  }
}

function estimateOf(probes: readonly CompletedProbe[], end: SearchEnd): CapacityEstimate {
  const { passedPerSecond, failedPerSecond } = rangeOf(probes);
  const { low, high } = leaningRange(probes);
  const isBounded = low !== undefined && high !== undefined;
  const middle = isBounded ? Math.sqrt(low * high) : null;
  const crossing = end === 'found' || middle === null ? undefined : crossingOf(probes, middle);
  const isInside = isBounded && crossing !== undefined && crossing > low && crossing < high;
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
