import type { RequestRecord } from '@assay/contracts';
import { GoodRequests } from '../analysis/good-requests.ts';
import { Backlog, type BacklogTrend } from './backlog.ts';
import { toCapacityObjective } from './capacity-objective.ts';
import type { ObjectiveEstimate, ProbePressure, ProbeVerdict } from './probe.ts';
import { ShareEvidence } from './share-evidence.ts';

/** Moments of a look: each this much later than the one before, so that their number is known beforehand. */
const LOOK_GROWTH = 1.5;
const FIRST_LOOK_MS = 2000;
/** Latencies a probe waits for before it judges anything: the service fills up first. */
const SETTLE_LATENCIES = 3;
/** Requests below which no probe passes or leans, and none fails but by a clear miss. */
const LEAST_REQUESTS = 64;
const BACKLOG_LEVEL = 0.9;
/** Ended requests that tell how long the service takes. */
const LEAST_TIMES = 10;
const EARLY_FACTOR = 4;
/** Share that misses for certain below which fewer requests than that prove nothing: most of them, from the first on. */
const CLEAR_SHARE = 0.5;
/** Latest answers whose median is the latency of the service as it is now. */
const LATEST = 200;
/** Standard deviations of a driftless walk that a growth has to exceed where arrivals are random. */
const WALK_SIGMAS = 3;

export interface ProbeJudgeOptions {
  /** Objectives such as `ttft_ms.p99<500`. */
  readonly objectives: readonly string[];
  readonly ratePerSecond: number;
  /** Relative width of the answer, 0.05 for ±5 %. */
  readonly tolerance: number;
  /** Chance of a wrong verdict of this probe on either side. */
  readonly alpha: number;
  /** Longest time of a probe, milliseconds. */
  readonly longestMs: number;
  /** Requests below which nothing passes; more for random arrivals, whose own rate has to be known first. */
  readonly leastRequests: number;
  /** A probe that only looks for the range ends as soon as it leans to one side clearly. */
  readonly isBracketing: boolean;
}

/** Why a probe ended before its time. */
export type ProbeStop = 'pass' | 'fail' | 'over-saturated' | 'leans-to-pass';

/** Time that a probe needs to tell: an excess of the tolerance makes the wait grow by that share of the time, up to the limit. */
export function tellingTimeMs(objectives: readonly string[], tolerance: number): number {
  return Math.max(...objectives.map((text) => toCapacityObjective(text).limitMs)) / tolerance;
}

/** Looks within a time; their number divides the error. */
function looksWithin(longestMs: number): number {
  return 1 + Math.max(0, Math.ceil(Math.log(longestMs / FIRST_LOOK_MS) / Math.log(LOOK_GROWTH)));
}

/**
 * Judges one open-loop run at one rate while its requests end: a group-sequential test on the share of requests that miss each
 * objective, its error divided over the looks, and a test of the backlog's slope that ends a hopeless probe early. Pure: times come in
 * with the readings.
 */
export class ProbeJudge {
  readonly #options: ProbeJudgeOptions;
  readonly #evidence: readonly ShareEvidence[];
  readonly #backlog = new Backlog();
  readonly #good: GoodRequests;
  readonly #latenciesMs: number[] = [];
  readonly #failedAfterMs: number[] = [];
  readonly #okEndsMs: number[] = [];
  readonly #level: number;
  readonly #tellingMs: number;
  #nextLookMs = FIRST_LOOK_MS;
  #stop: ProbeStop | undefined;
  #requests = 0;
  #lastMs = 0;
  #ok = 0;

  /** @throws LoadgenError CAPACITY_OBJECTIVE_INVALID */
  constructor(options: ProbeJudgeOptions) {
    this.#options = options;
    this.#evidence = options.objectives.map((text) => new ShareEvidence(toCapacityObjective(text)));
    this.#good = new GoodRequests(options.objectives);
    this.#level = 1 - (2 * options.alpha) / looksWithin(options.longestMs);
    this.#tellingMs = Math.min(tellingTimeMs(options.objectives, options.tolerance), options.longestMs * 0.9);
  }

  /** A request that ended. Those aborted by the end of the probe say nothing. */
  add(record: RequestRecord): void {
    if (record.phase === 'warmup' || record.outcome === 'aborted') return;
    this.#requests++;
    this.#good.add(record);
    if (record.outcome === 'ok' && record.endMs !== null) {
      this.#ok++;
      this.#okEndsMs.push(record.endMs);
      this.#latenciesMs.push(record.endMs - record.scheduledMs);
    } else {
      this.#failedAfterMs.push((record.endMs ?? record.scheduledMs) - record.scheduledMs);
    }
    for (const evidence of this.#evidence) {
      const share = evidence.objective.shareOf(record);
      if (share !== undefined) evidence.add(share.amount, share.weight);
    }
  }

  /** How many requests are open at a moment, counted from when the first measured one was due; looks when it is time to, and says when the probe is decided. */
  observe(sinceStartMs: number, open: number): ProbeStop | undefined {
    this.#backlog.add(sinceStartMs, open);
    this.#lastMs = sinceStartMs;
    if (this.#stop !== undefined || sinceStartMs < this.#nextLookMs) return this.#stop;
    while (this.#nextLookMs <= sinceStartMs) this.#nextLookMs *= LOOK_GROWTH;
    this.#stop = this.#look(sinceStartMs);
    return this.#stop;
  }

  #look(nowMs: number): ProbeStop | undefined {
    const settleMs = this.#settleMs(this.#timesMs.slice(0, LATEST));
    if (settleMs === undefined || nowMs < settleMs) return undefined;
    const trend = this.#trend(nowMs);
    const { ratePerSecond, tolerance, isBracketing } = this.#options;
    const certainMs = Math.min(this.#tellingMs, 2 * settleMs + FIRST_LOOK_MS);
    const isFast = (trend?.growthPerSecond ?? 0) > ratePerSecond / 4 && nowMs >= certainMs;
    const isCertain = trend?.isGrowing === true && this.#isBeyondChance(trend, nowMs);
    if (isCertain && (isFast || this.#isLosing(trend, nowMs))) return 'over-saturated';
    const verdict = this.#verdictOf(trend);
    if (verdict === 'fail') return 'fail';
    if (nowMs < this.#tellingMs) return undefined;
    if (verdict === 'pass') return 'pass';
    const isFlat = trend !== undefined && trend.highPerSecond <= 2 * tolerance * ratePerSecond;
    return isBracketing && isFlat && this.#isEasy() ? 'leans-to-pass' : undefined;
  }

  /** Random arrivals alone make the backlog walk by the square root of their number. */
  #isBeyondChance(trend: BacklogTrend, nowMs: number): boolean {
    const { ratePerSecond, leastRequests } = this.#options;
    const sigmas = leastRequests > 0 ? WALK_SIGMAS : 0;
    return (trend.growthPerSecond * nowMs) / 1000 > sigmas * Math.sqrt((ratePerSecond * nowMs) / 1000);
  }

  /** A steady growth of more than half the tolerance, for longer than it takes to show. */
  #isLosing(trend: BacklogTrend, nowMs: number): boolean {
    const { ratePerSecond, tolerance } = this.#options;
    return trend.growthPerSecond > (ratePerSecond * tolerance) / 2 && nowMs >= this.#tellingMs;
  }

  /** Times of the answers; where there are next to none, times after which requests failed: a service that refuses all is to be judged, too. */
  get #timesMs(): readonly number[] {
    const isAnswering = this.#latenciesMs.length >= LEAST_TIMES;
    return isAnswering ? this.#latenciesMs : [...this.#latenciesMs, ...this.#failedAfterMs];
  }

  /** When a service of such latencies has filled up; `undefined` before enough requests have ended. */
  #settleMs(latenciesMs: number[]): number | undefined {
    if (latenciesMs.length < LEAST_TIMES) return undefined;
    const sorted = latenciesMs.sort((a, b) => a - b);
    return SETTLE_LATENCIES * (sorted[Math.floor(sorted.length / 2)] ?? 0);
  }

  /** Trend of the backlog once the service has filled up, by the latency it has now; `undefined` until as long again has been seen. */
  #trend(nowMs: number): BacklogTrend | undefined {
    const fromMs = this.#settleMs(this.#timesMs.slice(-LATEST));
    return fromMs === undefined || nowMs < 2 * fromMs ? undefined : this.#backlog.trend(fromMs, BACKLOG_LEVEL);
  }

  #verdictOf(trend: BacklogTrend | undefined): ProbeVerdict {
    const { ratePerSecond, tolerance } = this.#options;
    let isPass = this.#requests >= Math.max(LEAST_REQUESTS, this.#fewestToPass());
    for (const evidence of this.#evidence) {
      const estimate = evidence.estimate(this.#level);
      const { bound, kind } = evidence.objective;
      if (estimate?.interval === undefined) isPass = false;
      else if (estimate.interval.low > this.#failsAbove(bound, kind)) return 'fail';
      else isPass &&= estimate.interval.high <= bound;
    }
    const keepsUp = trend?.isGrowing === false && trend.highPerSecond <= tolerance * ratePerSecond;
    return isPass && keepsUp ? 'pass' : 'undecided';
  }

  /** A probe cannot hold more requests than its longest time does. */
  #fewestToPass(): number {
    const { leastRequests, ratePerSecond, longestMs } = this.#options;
    return Math.min(leastRequests, (0.9 * ratePerSecond * longestMs) / 1000);
  }

  /** What a figure has to exceed to fail: a burst of random arrivals at the start is not yet the rate, but does not make most requests miss. */
  #failsAbove(bound: number, kind: ObjectiveEstimate['kind']): number {
    const isEarly = this.#requests < Math.max(LEAST_REQUESTS, this.#options.leastRequests / 4);
    const patient = isEarly ? EARLY_FACTOR * bound : bound;
    if (this.#requests >= LEAST_REQUESTS) return patient;
    return kind === 'share' ? Math.max(patient, CLEAR_SHARE) : Number.POSITIVE_INFINITY;
  }

  /** Far on the good side: half of the bound at most. */
  #isEasy(): boolean {
    if (this.#requests < LEAST_REQUESTS) return false;
    return this.#evidence.every((evidence) => {
      const estimate = evidence.estimate(this.#level);
      return estimate !== undefined && estimate.value <= evidence.objective.bound / 2;
    });
  }

  /** The verdict over all requests of the probe, once the last of them has ended. */
  conclude(): ProbeVerdict {
    if (this.#stop === 'over-saturated') return 'fail';
    const verdict = this.#verdictOf(this.#trend(this.#lastMs));
    // What was decided at a look stays decided unless the stragglers say the opposite.
    if (verdict === 'undecided' && (this.#stop === 'pass' || this.#stop === 'fail')) return this.#stop;
    return verdict;
  }

  /** Which side an undecided probe leans to, by its figures alone. */
  get leansTo(): 'pass' | 'fail' {
    if (this.#ok === 0 || this.#trend(this.#lastMs)?.isGrowing === true) return 'fail';
    const isMissed = this.#evidence.some((evidence) => {
      const estimate = evidence.estimate(this.#level);
      return estimate === undefined || estimate.value > evidence.objective.bound;
    });
    return isMissed ? 'fail' : 'pass';
  }

  get pressure(): ProbePressure | undefined {
    const all = this.#evidence.flatMap((evidence) => evidence.pressure ?? []);
    return all.length === 0 ? undefined : all.reduce((most, each) => (each.log > most.log ? each : most));
  }

  get stop(): ProbeStop | undefined {
    return this.#stop;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Ok requests that met every latency objective by themselves. */
  get goodRequests(): number {
    return this.#good.count;
  }

  estimates(): ObjectiveEstimate[] {
    return this.#evidence.map((evidence) => {
      const { text, kind, bound } = evidence.objective;
      const estimate = evidence.estimate(this.#level);
      const interval = estimate?.interval;
      return {
        objective: text,
        kind,
        bound,
        value: estimate?.value ?? null,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        level: this.#level,
      };
    });
  }

  /** Ok answers per second over the later half of their ends: what an over-saturated service delivers. `undefined` below 20. */
  get throughputPerSecond(): number | undefined {
    const ends = this.#okEndsMs;
    const fromMs = ends[Math.floor(ends.length / 2)] ?? 0;
    const spanMs = (ends.at(-1) ?? 0) - fromMs;
    // Answers of a batch end together: those at the very start of the span belong to the time before it.
    const inside = ends.filter((endMs) => endMs > fromMs).length;
    return ends.length < 20 || spanMs <= 0 ? undefined : (1000 * inside) / spanMs;
  }
}
