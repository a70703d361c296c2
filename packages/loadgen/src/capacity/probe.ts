/** What the requests of a probe prove. */
export type ProbeVerdict = 'pass' | 'fail' | 'undecided';

/** Figure of one objective in a probe: the share of requests (of tokens for `itl_ms`) that missed the limit, or a mean. */
export interface ObjectiveEstimate {
  readonly objective: string;
  readonly kind: 'share' | 'mean';
  /** Largest share, or mean, that meets the objective. */
  readonly bound: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
}

/** How near the objectives a probe came: log of the figure over its bound, for the objective that is nearest to its bound or furthest beyond it. */
export interface ProbePressure {
  readonly log: number;
  /** Standard error of the log. */
  readonly standardError: number;
}

/** What one open-loop run at one rate came to. */
export interface ProbeResult {
  /** Requests per second that were due in the time the probe took: the rate the verdict is about, where arrivals are random. */
  readonly offeredPerSecond: number;
  readonly pressure: ProbePressure | undefined;
  readonly verdict: ProbeVerdict;
  /** Side of an undecided probe. */
  readonly leansTo: 'pass' | 'fail';
  readonly isOverSaturated: boolean;
  /** Answers per second in the later half; the first guess at the capacity where the probe was over-saturated. */
  readonly throughputPerSecond: number | undefined;
  /** The client could not make this load: nothing is said about the service. */
  readonly isClientLimited: boolean;
  /** What was seen may come of the client, or of an earlier probe: an undecided one is made again, once. */
  readonly isDisturbed: boolean;
}

/** A probe to make. */
export interface ProbePlan {
  readonly index: number;
  readonly ratePerSecond: number;
  readonly isBracketing: boolean;
}

/** A probe that was made; its `ratePerSecond` is what was offered, not what was planned. */
export interface CompletedProbe extends ProbePlan, ProbeResult {}
