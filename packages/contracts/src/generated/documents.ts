// Generated from schemas/*.schema.json; edit those and run `npm run generate`.

/**
 * Where a count of generated tokens comes from; event-count is the flagged last resort.
 */
export type TokenSource =
  'usage' | 'continuous-usage' | 'token-ids' | 'server-timings' | 'retokenised' | 'event-count' | 'unavailable';
/**
 * Why a request did not end as ok.
 */
export type OutcomeCode =
  | `HTTP_${number}`
  | (
      | 'STREAM_ERROR_EVENT'
      | 'STREAM_TRUNCATED'
      | 'STREAM_STALLED'
      | 'STREAM_MALFORMED'
      | 'STREAM_EMPTY'
      | 'ERROR_BODY'
      | 'SERVER_ABORTED'
      | 'USAGE_MISMATCH'
      | 'CONNECT_REFUSED'
      | 'CONNECT_TIMEOUT'
      | 'CONNECT_FAILED'
      | 'TLS_FAILED'
      | 'HTTP_MALFORMED'
      | 'SOCKET_RESET'
      | 'TIMEOUT_FIRST_TOKEN'
      | 'TIMEOUT_TOTAL'
      | 'DROPPED_LATE'
      | 'DROPPED_LIMIT'
      | 'ABORTED'
    );
/**
 * One figure.
 */
export type Metric =
  | {
      /**
       * Metric id.
       */
      readonly id: string;
      /**
       * Statistic.
       */
      readonly statistic:
        'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
      /**
       * Unit.
       */
      readonly unit: string;
      /**
       * Whether there is a figure.
       */
      readonly state: 'measured';
      /**
       * Value.
       */
      readonly value: number;
      /**
       * Samples behind it.
       */
      readonly samples: number;
      readonly interval?: Interval;
      /**
       * Who measured.
       */
      readonly source: 'client' | 'server';
      /**
       * Where the latency starts.
       */
      readonly from?: 'scheduled' | 'sent';
      /**
       * Upper bound of what the client itself added to the figure, ms; absent where it is not known.
       */
      readonly clientErrorMs?: number;
    }
  | {
      /**
       * Metric id.
       */
      readonly id: string;
      /**
       * Statistic.
       */
      readonly statistic:
        'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
      /**
       * Unit.
       */
      readonly unit: string;
      /**
       * Whether there is a figure.
       */
      readonly state: 'unavailable';
      /**
       * Upper snake case.
       */
      readonly reason: string;
      /**
       * Samples there were.
       */
      readonly samples?: number;
      /**
       * Where the latency starts.
       */
      readonly from?: 'scheduled' | 'sent';
    };
/**
 * Length distribution, in tokens.
 */
export type LengthDistribution =
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'fixed';
      /**
       * Tokens.
       */
      readonly value: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'uniform';
      /**
       * Shortest, tokens.
       */
      readonly min: number;
      /**
       * Longest, tokens.
       */
      readonly max: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'normal';
      /**
       * Mean, tokens.
       */
      readonly mean: number;
      /**
       * Standard deviation, tokens.
       */
      readonly stddev: number;
      /**
       * Shortest, tokens.
       */
      readonly min: number;
      /**
       * Longest, tokens.
       */
      readonly max: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'lognormal';
      /**
       * Median, tokens.
       */
      readonly median: number;
      /**
       * Standard deviation of the logarithm.
       */
      readonly sigma: number;
      /**
       * Shortest, tokens.
       */
      readonly min: number;
      /**
       * Longest, tokens.
       */
      readonly max: number;
    };
/**
 * How requests are offered.
 */
export type Load =
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'constant';
      /**
       * Requests per second.
       */
      readonly ratePerSecond: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'poisson';
      /**
       * Mean requests per second.
       */
      readonly ratePerSecond: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'gamma';
      /**
       * Mean requests per second.
       */
      readonly ratePerSecond: number;
      /**
       * Shape of the gap distribution.
       */
      readonly shape: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'ramp';
      /**
       * Rate at the start.
       */
      readonly fromRatePerSecond: number;
      /**
       * Rate at the end.
       */
      readonly toRatePerSecond: number;
      /**
       * Length of the ramp, milliseconds.
       */
      readonly rampMs: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'burst';
      /**
       * Rate between bursts.
       */
      readonly baseRatePerSecond: number;
      /**
       * Rate in a burst.
       */
      readonly burstRatePerSecond: number;
      /**
       * Length of a burst, milliseconds.
       */
      readonly burstMs: number;
      /**
       * From the start of one burst to the next, milliseconds.
       */
      readonly periodMs: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'mmpp';
      /**
       * States; two of them, one of rate 0, are on-off bursts.
       *
       * Items: A state.
       */
      readonly states: {
        /**
         * Requests per second in this state.
         */
        readonly ratePerSecond: number;
        /**
         * Mean stay in it, milliseconds; stays are exponential.
         */
        readonly meanMs: number;
      }[];
      /**
       * Row i: probabilities of the state after state i. Absent where every other one is as likely.
       */
      readonly transitions?: readonly number[][];
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'diurnal';
      /**
       * sine goes from the first rate to the second and back; steps keeps each rate for an equal part of the period.
       */
      readonly curve: 'sine' | 'steps';
      /**
       * Requests per second.
       *
       * Items: A rate.
       */
      readonly ratesPerSecond: readonly number[];
      /**
       * Length of the course, milliseconds.
       */
      readonly periodMs: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'trace';
      /**
       * Path of the trace.
       */
      readonly file: string;
      /**
       * 2 replays twice as fast.
       */
      readonly timeScale: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'concurrency';
      /**
       * Requests in flight.
       */
      readonly concurrency: number;
    };
/**
 * Where prompts and lengths come from.
 */
export type Dataset =
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'synthetic';
      readonly inputTokens: LengthDistribution;
      readonly outputTokens: LengthDistribution;
      /**
       * Tokens of the prefix that requests of one group share; 0 for none.
       */
      readonly sharedPrefixTokens: number;
      /**
       * Number of different shared prefixes.
       */
      readonly sharedPrefixCount: number;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'jsonl';
      /**
       * Path.
       */
      readonly file: string;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'sharegpt';
      /**
       * Path.
       */
      readonly file: string;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'agentic';
      /**
       * Path.
       */
      readonly file: string;
    }
  | {
      /**
       * Which of the shapes.
       */
      readonly kind: 'trace';
    };

/**
 * One open-loop run at one rate.
 */
export interface CapacityProbe {
  /**
   * Run directory beside capacity.json.
   */
  readonly directory: string;
  /**
   * Rate of the schedule.
   */
  readonly plannedPerSecond: number;
  /**
   * Rate that was offered; the verdict is about it.
   */
  readonly ratePerSecond: number;
  /**
   * What its requests prove.
   */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /**
   * Side of its figures alone.
   */
  readonly leansTo: 'pass' | 'fail';
  /**
   * Why it ended; time where the longest time was over.
   */
  readonly stop: 'pass' | 'fail' | 'over-saturated' | 'leans-to-pass' | 'time' | 'aborted';
  /**
   * Time from the first due request to the end of sending.
   */
  readonly durationMs: number;
  /**
   * Requests that ended, those cut off by the end of the probe left out.
   */
  readonly requests: number;
  /**
   * Requests per second that met every latency objective by themselves.
   */
  readonly goodputPerSecond: number | null;
  /**
   * Ok answers per second over the later half of their ends; null below 20.
   */
  readonly deliveredPerSecond: number | null;
  /**
   * Validity of the run.
   */
  readonly validity: 'trustworthy' | 'limited' | 'untrustworthy';
  /**
   * Wait for the service to be idle before this probe: single requests until two in a row were answered as fast as before any load. Absent where the probe before it passed, or nothing was known to wait for.
   */
  readonly idleWait?: {
    /**
     * How long that took.
     */
    readonly waitedMs: number;
    /**
     * They were; false where the longest wait was over first.
     */
    readonly isIdle: boolean;
  };
  /**
   * Figures by objective.
   */
  readonly objectives: readonly CapacityFigure[];
}
/**
 * An objective in a probe: the share of requests (of tokens for itl_ms) beyond the limit, or a mean.
 */
export interface CapacityFigure {
  /**
   * As given.
   */
  readonly objective: string;
  /**
   * What is tested.
   */
  readonly kind: 'share' | 'mean';
  /**
   * Largest share, or mean, that meets the objective.
   */
  readonly bound: number;
  /**
   * Share or mean that was seen.
   */
  readonly value: number | null;
  /**
   * Lower end of its interval.
   */
  readonly low: number | null;
  /**
   * Upper end of its interval.
   */
  readonly high: number | null;
  /**
   * Confidence of the interval: the error of one look at one probe.
   */
  readonly level: number;
  /**
   * The figure itself in the results of the run, such as the p99 in milliseconds.
   */
  readonly figure: number | null;
}
/**
 * capacity.json: the highest rate that meets objectives, and the probes that show it. Rates are requests per second.
 */
export interface CapacityDocument {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/capacity/v1';
  /**
   * Name of the search.
   */
  readonly name: string;
  /**
   * ISO 8601.
   */
  readonly startedAt: string;
  /**
   * Base URL.
   */
  readonly target: string | null;
  /**
   * Model.
   */
  readonly model: string | null;
  /**
   * Objectives that a rate has to meet.
   */
  readonly objectives: readonly string[];
  /**
   * Kind of arrivals: constant, poisson or gamma.
   */
  readonly arrivals: string;
  /**
   * Half width of the range asked for, relative: 0.05 for ±5 %.
   */
  readonly tolerance: number;
  /**
   * Chance that any verdict of the search is wrong, divided over probes and looks.
   */
  readonly error: number;
  /**
   * found: both ends are decided and near enough; undecided: near enough, with an end that only leans; wide: probes used up; above: the client could not make more; below: no rate met the objectives; aborted: ended by a signal.
   */
  readonly end: 'found' | 'undecided' | 'wide' | 'above' | 'below' | 'aborted';
  /**
   * Estimate of the capacity; null where one end of the range is not known.
   */
  readonly ratePerSecond: number | null;
  /**
   * Highest rate that met every objective, decided.
   */
  readonly low: number | null;
  /**
   * Lowest rate that missed an objective, decided.
   */
  readonly high: number | null;
  /**
   * Probes in the order they were made.
   */
  readonly probes: readonly CapacityProbe[];
}
/**
 * One side.
 */
export interface DiffSide {
  /**
   * As it was named.
   */
  readonly directory: string;
  /**
   * Runs behind its figures.
   */
  readonly runs: number;
  /**
   * Base URL.
   */
  readonly target: string | null;
  /**
   * Start of the first run, ISO 8601.
   */
  readonly startedAt: string | null;
  /**
   * Objectives that its goodput is counted by.
   *
   * Items: As given.
   */
  readonly objectives: readonly string[];
  /**
   * Tool and version whose result it is; null for a run of Assay.
   */
  readonly importedFrom: string | null;
}
/**
 * A setting in which the sides differ.
 */
export interface RunDifference {
  /**
   * Setting.
   */
  readonly field: string;
  /**
   * Its value, as JSON.
   */
  readonly first: string;
  /**
   * Its value, as JSON.
   */
  readonly second: string;
}
/**
 * How one figure of the second side compares with the first.
 */
export interface MetricChange {
  /**
   * Metric id.
   */
  readonly id: string;
  /**
   * Statistic.
   */
  readonly statistic: 'p50' | 'p99' | 'rate' | 'ratio';
  /**
   * faster, slower: the difference is real and not shown to be within the margin; equivalent: it is shown to lie within; undecided: neither.
   */
  readonly verdict: 'faster' | 'slower' | 'equivalent' | 'undecided';
  /**
   * Figure of the first side.
   */
  readonly first: number | null;
  /**
   * Figure of the second side.
   */
  readonly second: number | null;
  /**
   * Relative change, 0.1 for a tenth more; for error_ratio the difference. Null where it cannot be told.
   */
  readonly change: number | null;
  /**
   * Lower end of its 95 % interval.
   */
  readonly low: number | null;
  /**
   * Upper end of its 95 % interval.
   */
  readonly high: number | null;
  /**
   * That there is no difference; corrected by Holm over all changes.
   */
  readonly differencePValue: number | null;
  /**
   * That the difference is beyond the margin; corrected by Holm over all changes.
   */
  readonly equivalencePValue: number | null;
  /**
   * Why there is no comparison: NO_FIGURE, TOO_FEW_SAMPLES, OBJECTIVES_DIFFER.
   */
  readonly reason: string | null;
  /**
   * Where the error comes from: between runs, between blocks of pairs of the same request (or pairs of parts of the window), between blocks of requests, between parts of the window, or the count of requests.
   */
  readonly method: 'runs' | 'pairs' | 'blocks' | 'parts' | 'wald';
}
/**
 * What `assay diff --json` prints: how the second of two runs, or two sets of runs, compares with the first.
 */
export interface DiffDocument {
  /**
   * Format of the document.
   */
  readonly schema: 'assay/diff/v1';
  readonly first: DiffSide;
  readonly second: DiffSide;
  /**
   * Where latencies start: sent where a side knows no schedule.
   */
  readonly from: 'scheduled' | 'sent';
  /**
   * Relative difference that does not matter, 0.05 for 5 %.
   */
  readonly margin: number;
  /**
   * Error over all changes together.
   */
  readonly alpha: number;
  /**
   * Settings that differ though they should not; empty without --force.
   */
  readonly differences: readonly RunDifference[];
  /**
   * One for each figure.
   */
  readonly changes: readonly MetricChange[];
}
/**
 * import.json: the result of another tool, kept beside it as it came. Figures are derived from those files alone.
 */
export interface ImportDocument {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/import/v1';
  /**
   * Tool that measured: `vllm bench serve`, GuideLLM or AIPerf.
   */
  readonly tool: 'vllm-bench' | 'guidellm' | 'aiperf';
  /**
   * Its version; null where its result does not tell.
   */
  readonly toolVersion: string | null;
  /**
   * Which benchmark of a file that holds several, from 0.
   */
  readonly benchmark: number;
  /**
   * Its files.
   *
   * Items: A file of the other tool.
   */
  readonly files: {
    /**
     * Path from import.json.
     */
    readonly name: string;
    /**
     * Digest of its bytes.
     */
    sha256: string;
  }[];
}
/**
 * Dated prices of accelerators and energy.
 */
export interface PriceFile {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/prices/v1';
  /**
   * ISO 4217 code.
   */
  readonly currency: string;
  /**
   * Date the prices held, ISO 8601.
   */
  readonly asOf: string;
  /**
   * Where they come from.
   */
  readonly source: string;
  /**
   * Price by accelerator name.
   */
  readonly accelerators: {
    /**
     * One accelerator.
     */
    readonly [k: string]: {
      /**
       * Price of one hour.
       */
      readonly perHour: number;
    };
  };
  /**
   * Price of one kWh; null when not known.
   */
  readonly energyPerKwh: number | null;
}
/**
 * A profile file: the flags of `assay run` under the same names, in camelCase.
 */
export interface Profile {
  /**
   * Format of the file.
   */
  readonly schema?: 'assay/profile/v1';
  /**
   * Name of the run; part of its directory. Default: name of the file.
   */
  readonly name?: string;
  /**
   * What the profile is for.
   */
  readonly description?: string;
  /**
   * Base URL of the server; several of them, in a list or with commas, share the requests.
   */
  readonly target?: string | string[];
  /**
   * Start the embedded service and measure that.
   */
  readonly simulate?: boolean;
  /**
   * Kind of server.
   */
  readonly backend?: 'openai' | 'vllm' | 'tgi' | 'triton' | 'sglang' | 'llama-cpp' | 'kserve';
  /**
   * Model to ask for. Default: the one the server serves.
   */
  readonly model?: string;
  /**
   * Interface of the server; native is the own protocol of its runtime, v1 the one that KServe had before (predict).
   */
  readonly api?: 'chat' | 'completions' | 'responses' | 'embeddings' | 'native' | 'v1';
  /**
   * Page of the server's own counters, where it is not /metrics at the target, as with Triton (port 8002).
   */
  readonly metricsUrl?: string;
  /**
   * IDs that prompts of token IDs are made of, LOW-HIGH. Default: what the vocabulary of the model allows, 300-1499 where the server does not tell its size.
   */
  readonly tokenIdRange?: string;
  /**
   * Ask for streamed answers.
   */
  readonly stream?: boolean;
  /**
   * Further request headers. A credential is named by its place: {fromEnv: NAME} or {fromFile: FILE}.
   */
  readonly header?: {
    /**
     * Value of one header, or where it is read from.
     */
    readonly [k: string]:
      | string
      | {
          /**
           * Name of the variable.
           */
          readonly fromEnv: string;
        }
      | {
          /**
           * Path, relative to the profile.
           */
          readonly fromFile: string;
        };
  };
  /**
   * Where the bearer key is read from: fromEnv or fromFile.
   */
  readonly auth?:
    | {
        /**
         * Name of the variable.
         */
        readonly fromEnv: string;
      }
    | {
        /**
         * Path, relative to the profile.
         */
        readonly fromFile: string;
      };
  /**
   * TLS of the target: caFile, certFile, keyFile, isVerified.
   */
  readonly tls?: {
    /**
     * Certificate authority to trust (PEM), relative to the profile.
     */
    readonly caFile?: string;
    /**
     * Whether the certificate is verified.
     */
    readonly isVerified?: boolean;
    /**
     * Certificate of the client (PEM), relative to the profile.
     */
    readonly certFile?: string;
    /**
     * Key of that certificate (PEM), relative to the profile.
     */
    readonly keyFile?: string;
  };
  /**
   * What moves the bytes.
   */
  readonly transport?: 'net' | 'undici';
  /**
   * Whether every event of a stream is asked to tell its tokens; absent where it is not. vLLM only.
   */
  readonly tokensPerEvent?: 'continuous-usage' | 'token-ids';
  /**
   * Requests share the prefix cache under the same salt only. vLLM only.
   */
  readonly cacheSalt?: string;
  /**
   * Priority of the requests, lower is earlier. vLLM only.
   */
  readonly priority?: number;
  /**
   * The model's tokenizer.json; counts the tokens of answers whose server does not, and checks those that do.
   */
  readonly tokenizer?: string;
  /**
   * Stop after this many measured requests.
   */
  readonly requests?: number;
  /**
   * Stop sending after this time.
   */
  readonly duration?: string | number;
  /**
   * Load for this time before the measurement.
   */
  readonly warmup?: string | number;
  /**
   * Or this many requests before it.
   */
  readonly warmupRequests?: number;
  /**
   * Open loop: requests per second.
   */
  readonly rate?: number;
  /**
   * Open loop: constant, poisson, gamma:SHAPE, ramp:FROM-TO or ramp:FROM-TO/TIME, burst:RATExTIME/PERIOD, mmpp:RATExTIME,RATExTIME,..., diurnal:LOW-HIGH/PERIOD or diurnal:RATE,RATE,.../PERIOD.
   */
  readonly arrival?: string;
  /**
   * Closed loop: this many requests at once.
   */
  readonly concurrency?: number;
  /**
   * Open loop: requests beyond this many open ones are dropped and counted.
   */
  readonly maxInFlight?: number;
  /**
   * How an open loop sends conversations: whole (the schedule says when they begin, later turns follow the answers) or split (every turn is a request of its own).
   */
  readonly sessions?: 'whole' | 'split';
  /**
   * Tenants that requests are spread over, with their weights: acme:3,other:1.
   */
  readonly tenants?: string;
  /**
   * Trace file that gives arrivals and lengths; relative to the profile.
   */
  readonly trace?: string;
  /**
   * Speed of the trace: 2 replays twice as fast.
   */
  readonly timeScale?: number;
  /**
   * Length of prompts in tokens, or a distribution such as uniform:100,600.
   */
  readonly inputTokens?: number | string;
  /**
   * Length of answers in tokens, or a distribution.
   */
  readonly outputTokens?: number | string;
  /**
   * TOKENS or TOKENSxCOUNT: the first tokens of a prompt are one of COUNT shared prefixes.
   */
  readonly sharedPrefix?: string | number;
  /**
   * synthetic, trace, jsonl:FILE, agentic:FILE or sharegpt:FILE.
   */
  readonly dataset?: string;
  /**
   * Same seed, same arrivals and prompts.
   */
  readonly seed?: number;
  /**
   * Longest time of a whole request.
   */
  readonly timeout?: string | number;
  /**
   * Longest time of opening a connection.
   */
  readonly connectTimeout?: string | number;
  /**
   * Longest time to the first token.
   */
  readonly firstTokenTimeout?: string | number;
  /**
   * Longest time between two events of a stream.
   */
  readonly stallTimeout?: string | number;
  /**
   * keep-alive (default), or per-request: a new connection for each request.
   */
  readonly connections?: 'keep-alive' | 'per-request';
  /**
   * Version of HTTP: 1.1 (default), or 2 over TLS.
   */
  readonly http?: '1.1' | '2' | 1.1 | 2;
  /**
   * Connections opened before the load. Default: the concurrency, or a few for an open loop; none with per-request.
   */
  readonly preconnect?: number;
  /**
   * Most connections opened a second.
   */
  readonly connectRate?: string | number;
  /**
   * How several targets or addresses share the requests. Default: round-robin.
   */
  readonly balance?: 'round-robin' | 'least-in-flight';
  /**
   * Share the requests among all addresses of the target's name.
   */
  readonly spreadDns?: boolean;
  /**
   * Addresses of this machine that connections come from, in turn.
   */
  readonly localAddress?: string | string[];
  /**
   * Longest wait for open requests at the end.
   */
  readonly drain?: string | number;
  /**
   * Objectives such as 'ttft_ms.p99<500'.
   */
  readonly slo?: readonly string[] | string;
  /**
   * Parse every event in full and check the fast path against it.
   */
  readonly verifyStream?: boolean;
  /**
   * Threads that make the load: a number, or auto for as many as the load needs.
   */
  readonly workers?: number | 'auto';
  /**
   * Processes that make the load.
   */
  readonly processes?: number;
}
/**
 * One of the runs.
 */
export interface RepeatedRun {
  /**
   * Run directory beside repeats.json.
   */
  readonly directory: string;
  /**
   * Seed of arrivals and prompts.
   */
  readonly seed: number;
  /**
   * How the run ended.
   */
  readonly status: string;
  /**
   * Validity of the run.
   */
  readonly validity: 'trustworthy' | 'limited' | 'untrustworthy';
  readonly steadyState: SteadyStateFinding;
}
/**
 * Where the run became steady by MSER-5 on a latency in the order of due times. Nothing is cut.
 */
export interface SteadyStateFinding {
  /**
   * not-steady: the best cut lies in the later half; too-short: fewer than 50 answers.
   */
  readonly state: 'steady' | 'not-steady' | 'too-short';
  /**
   * Latency that was looked at.
   */
  readonly metric: string;
  /**
   * Time from the first measured request to where the rest is steady; 0 where all of it is.
   */
  readonly warmupMs: number | null;
  /**
   * Requests before that.
   */
  readonly warmupRequests: number | null;
  /**
   * Mean of the latency over the whole run.
   */
  readonly meanMs: number | null;
  /**
   * Mean of the latency without those requests.
   */
  readonly steadyMeanMs: number | null;
}
/**
 * One figure over the runs that have it.
 */
export interface RepeatedMetric {
  /**
   * Metric id.
   */
  readonly id: string;
  /**
   * Statistic within a run.
   */
  readonly statistic: string;
  /**
   * Unit of the values.
   */
  readonly unit: string;
  /**
   * Where a latency starts.
   */
  readonly from?: 'scheduled' | 'sent';
  /**
   * Figure of each run; null where it has none.
   */
  readonly values: (number | null)[];
  /**
   * Mean over the runs; null where a run has no figure.
   */
  readonly mean: number | null;
  /**
   * Lower end of Student's interval at 0.95 of the mean over runs; null below two runs.
   */
  readonly low: number | null;
  /**
   * Upper end of it.
   */
  readonly high: number | null;
  /**
   * Standard deviation of the figures of the runs.
   */
  readonly betweenStddev: number | null;
  /**
   * Root mean square of the standard errors that the runs' own intervals tell; null where a run has none.
   */
  readonly withinStandardError: number | null;
  /**
   * Standard deviation between runs beyond what the runs' own intervals explain; 0 where they explain all of it.
   */
  readonly excessStddev: number | null;
}
/**
 * repeats.json: figures over several runs of one configuration, the variance between runs apart from the one within.
 */
export interface RepeatsDocument {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/repeats/v1';
  /**
   * Name of the runs.
   */
  readonly name: string;
  /**
   * ISO 8601.
   */
  readonly startedAt: string;
  /**
   * same: every run has the same arrivals and prompts; new: each has its own.
   */
  readonly seeds: 'same' | 'new';
  /**
   * Runs in their order.
   */
  readonly runs: readonly RepeatedRun[];
  /**
   * Figures over the runs.
   */
  readonly metrics: readonly RepeatedMetric[];
}
/**
 * What the content of an answer turned out to be, where the request asked for a form of it.
 */
export interface AnswerFacts {
  /**
   * Structured output against its schema; repaired is valid only after text around it was taken off.
   */
  readonly structured?: 'valid' | 'repaired' | 'schema-invalid' | 'not-json';
  /**
   * First thing that is wrong with it, with its place.
   */
  readonly structuredProblem?: string;
  /**
   * What was taken off.
   */
  readonly repair?: 'code-fence' | 'surrounding-text';
  /**
   * Calls of tools, in their order; empty where tools were offered and none was called.
   *
   * Items: One call.
   */
  readonly toolCalls?: {
    /**
     * Tool that was called; empty when the answer names none.
     */
    readonly name: string;
    /**
     * Arguments against the schema of the tool.
     */
    readonly arguments: 'valid' | 'schema-invalid' | 'not-json' | 'unknown-tool';
  }[];
  /**
   * Embeddings in the answer.
   */
  readonly vectors?: number;
  /**
   * Numbers in each of them.
   */
  readonly dimension?: number;
}
/**
 * One line of requests.jsonl: one record per offered request. Times are milliseconds since the run's start on the monotonic clock, rounded to microseconds; null where it did not happen.
 */
export interface RequestRecord {
  /**
   * Position in the schedule of its phase.
   */
  readonly index: number;
  /**
   * Only the measured phase enters the results.
   */
  readonly phase: 'warmup' | 'measure';
  /**
   * When it was due; in a closed loop when its permit became free.
   */
  readonly scheduledMs: number;
  /**
   * Last byte of the request handed to the kernel.
   */
  readonly sentMs: number | null;
  /**
   * Duration of opening a connection for this request; null when one stood ready.
   */
  readonly connectMs: number | null;
  /**
   * Response headers.
   */
  readonly headersMs: number | null;
  /**
   * First event with generated content; null when not streamed.
   */
  readonly firstTokenMs: number | null;
  /**
   * First content that is not reasoning.
   */
  readonly firstAnswerMs: number | null;
  /**
   * Last event with generated content.
   */
  readonly lastTokenMs: number | null;
  /**
   * End of the response, or of waiting for it.
   */
  readonly endMs: number | null;
  /**
   * Kind of end.
   */
  readonly outcome: 'ok' | 'http' | 'timeout' | 'network' | 'protocol' | 'aborted' | 'dropped';
  /**
   * Outcome code, see OutcomeCode; null when ok.
   */
  readonly code: string | null;
  /**
   * Short text of the failure, at most 300 characters.
   */
  readonly message: string | null;
  /**
   * HTTP status.
   */
  readonly httpStatus: number | null;
  /**
   * As the server said it.
   */
  readonly finishReason: string | null;
  /**
   * Prompt length asked for, tokens.
   */
  readonly inputTokensRequested: number | null;
  /**
   * Prompt length by the server's usage, tokens.
   */
  readonly inputTokens: number | null;
  /**
   * How the requested length was made sure.
   */
  readonly inputTokensSource: 'token-ids' | 'server-tokenizer' | 'approximate';
  /**
   * Prompt tokens from the server's cache, as it reported.
   */
  readonly cachedTokens: number | null;
  /**
   * Most output tokens asked for.
   */
  readonly outputTokensRequested: number | null;
  /**
   * Generated tokens; null when not known.
   */
  readonly outputTokens: number | null;
  readonly outputTokensSource: TokenSource;
  /**
   * Events with generated content.
   */
  readonly contentEvents: number;
  /**
   * Pairs [deltaUs, count, ...]: microseconds since the previous read with content, and content units in that read; the first delta is 0.
   *
   * Items: Microseconds and counts in turn.
   */
  readonly arrivals: readonly number[];
  /**
   * Unit of the counts in arrivals.
   */
  readonly arrivalsUnit: 'tokens' | 'events';
  /**
   * When opening its connection began, where that had to wait: for its turn at the pace of connects, for a port or a descriptor.
   */
  readonly connectAtMs?: number;
  /**
   * Host and port it was sent to, where the run had several targets.
   */
  readonly target?: string;
  /**
   * Address of the target's name it was sent to, where requests were spread over those.
   */
  readonly address?: string;
  /**
   * Whose request it was; absent where nobody said.
   */
  readonly tenant?: string;
  /**
   * Generated tokens that were reasoning, as the server reported; absent where it did not say.
   */
  readonly reasoningTokens?: number;
  /**
   * Model that the answer names, where it is not the one asked for.
   */
  readonly answeredModel?: string;
  /**
   * What the answer says of the configuration that made it (OpenAI's system_fingerprint); absent where it did not say.
   */
  readonly systemFingerprint?: string;
  /**
   * The generated tokens by every source, where more than one gave a count.
   *
   * Items: Count of one source.
   */
  readonly tokenCounts?: {
    readonly source: TokenSource;
    /**
     * Tokens.
     */
    readonly tokens: number;
  }[];
  /**
   * Place in a conversation of several requests; absent for requests that stand alone.
   */
  readonly session?: {
    /**
     * Number of the session.
     */
    readonly session: number;
    /**
     * Turn in the session, from 0.
     */
    readonly turn: number;
    /**
     * Turns that the whole session has; absent in older records.
     */
    readonly turns?: number;
  };
  readonly answer?: AnswerFacts;
}
/**
 * Confidence interval.
 */
export interface Interval {
  /**
   * Lower end.
   */
  readonly low: number;
  /**
   * Upper end.
   */
  readonly high: number;
  /**
   * Confidence level, for example 0.95.
   */
  readonly level: number;
  /**
   * How it was computed.
   */
  readonly method: string;
}
/**
 * Something that limits how far the figures can be trusted.
 */
export interface Finding {
  /**
   * Upper snake case, for example LATE_DISPATCH.
   */
  readonly code: string;
  /**
   * invalidates: do not use the figures; limits: use with care; notes: good to know.
   */
  readonly severity: 'invalidates' | 'limits' | 'notes';
  /**
   * What was seen, with figures.
   */
  readonly message: string;
}
/**
 * Verdict on one objective.
 */
export interface SloVerdict {
  /**
   * As given.
   */
  readonly objective: string;
  /**
   * unknown when the figure is unavailable; never a pass.
   */
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /**
   * Figure compared.
   */
  readonly value: number | null;
  /**
   * Why unknown.
   */
  readonly reason: string | null;
}
/**
 * results.json: a pure function of run.json and requests.jsonl.
 */
export interface ResultsDocument {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/results/v1';
  /**
   * The run in short.
   */
  readonly run: {
    /**
     * Name.
     */
    readonly name: string;
    /**
     * ISO 8601.
     */
    readonly startedAt: string;
    /**
     * Base URL.
     */
    readonly target: string | null;
    /**
     * Model.
     */
    readonly model: string | null;
    /**
     * Backend.
     */
    readonly backend: string;
    /**
     * Interface.
     */
    readonly api: string;
    /**
     * How the run ended.
     */
    readonly status: string;
  };
  readonly window: {
    /**
     * Start.
     */
    readonly startMs: number;
    /**
     * End.
     */
    readonly endMs: number;
  } | null;
  /**
   * Counts by kind of end; their sum is offered.
   */
  readonly outcomes: {
    /**
     * All requests of the measured phase that were due.
     */
    readonly offered: number;
    /**
     * Ended as ok.
     */
    readonly ok: number;
    /**
     * Ended as http.
     */
    readonly http: number;
    /**
     * Ended as timeout.
     */
    readonly timeout: number;
    /**
     * Ended as network.
     */
    readonly network: number;
    /**
     * Ended as protocol.
     */
    readonly protocol: number;
    /**
     * Ended as aborted.
     */
    readonly aborted: number;
    /**
     * Ended as dropped.
     */
    readonly dropped: number;
  };
  /**
   * Counts by code of those that are not ok.
   */
  readonly outcomeCodes: {
    /**
     * Requests with this code.
     */
    readonly [k: string]: number;
  };
  /**
   * Figures.
   */
  readonly metrics: readonly Metric[];
  /**
   * Figures of each tenant, by name; absent where no request names one.
   *
   * Items: One tenant.
   */
  readonly tenants?: {
    /**
     * Name; null for all tenants beyond the hundredth.
     */
    readonly tenant: string | null;
    /**
     * Its requests by outcome.
     */
    readonly outcomes: {
      /**
       * Requests.
       */
      readonly [k: string]: number;
    };
    /**
     * Its figures.
     */
    readonly metrics: readonly Metric[];
  }[];
  /**
   * Figures of whole conversations; absent where every request stands alone.
   */
  readonly sessions?: {
    /**
     * Conversations that began.
     */
    readonly sessions: number;
    /**
     * Those of which every turn was offered and ended ok; null where records do not say how many turns there are.
     */
    readonly complete: number | null;
    /**
     * Figures of the complete ones.
     */
    readonly metrics: readonly Metric[];
    /**
     * Figures by turn, from 0; later turns than the 64th are in none.
     *
     * Items: One turn.
     */
    readonly turns: {
      /**
       * Turn, from 0.
       */
      readonly turn: number;
      /**
       * Its requests by outcome; absent in older results.
       */
      readonly outcomes?: {
        /**
         * Requests.
         */
        readonly [k: string]: number;
      };
      /**
       * Its figures.
       */
      readonly metrics: readonly Metric[];
    }[];
  };
  /**
   * How far to trust the figures.
   */
  readonly validity: {
    /**
     * Worst finding decides.
     */
    readonly verdict: 'trustworthy' | 'limited' | 'untrustworthy';
    /**
     * Findings.
     */
    readonly findings: readonly Finding[];
  };
  /**
   * Verdicts on the objectives.
   */
  readonly slo: readonly SloVerdict[];
}
/**
 * A resolved run configuration: every value is present.
 */
export interface RunConfig {
  /**
   * Name of the run; part of the default directory name.
   */
  readonly name: string;
  /**
   * Base URL of the server, or null with simulate.
   */
  readonly target: string | null;
  /**
   * Base URLs that requests are spread over, target among them; absent where there is one.
   *
   * Items: Base URL.
   */
  readonly targets?: readonly string[];
  /**
   * Start the embedded service and measure it.
   */
  readonly simulate: boolean;
  /**
   * Runtime behind the target.
   */
  readonly backend: 'openai' | 'vllm' | 'tgi' | 'triton' | 'sglang' | 'llama-cpp' | 'kserve';
  /**
   * Model to ask for; null takes the only one the server lists.
   */
  readonly model: string | null;
  /**
   * Interface of the server; native is the own protocol of its runtime, v1 the one that KServe had before (predict).
   */
  readonly api: 'chat' | 'completions' | 'responses' | 'embeddings' | 'native' | 'v1';
  /**
   * Page of the server's own counters, where it is not /metrics at the target.
   */
  readonly metricsUrl?: string;
  /**
   * IDs that prompts of token IDs are made of; absent for 300 to 1499.
   */
  readonly tokenIdRange?: {
    /**
     * Smallest ID.
     */
    readonly min: number;
    /**
     * First ID that is not used.
     */
    readonly max: number;
  };
  /**
   * Ask for streamed responses.
   */
  readonly stream: boolean;
  /**
   * Whether every event of a stream is asked to tell its tokens; absent where it is not. vLLM; the running total SGLang and llama.cpp too.
   */
  readonly tokensPerEvent?: 'continuous-usage' | 'token-ids';
  /**
   * Requests share the prefix cache under the same salt only. vLLM only.
   */
  readonly cacheSalt?: string;
  /**
   * Priority of the requests, lower is earlier. vLLM only.
   */
  readonly priority?: number;
  /**
   * The model's tokenizer.json; counts the tokens of answers whose server does not, and checks those that do.
   */
  readonly tokenizer?: string;
  /**
   * Requests to offer in the measured phase; null for no limit.
   */
  readonly requests: number | null;
  /**
   * Length of the measured phase, milliseconds; null for no limit.
   */
  readonly durationMs: number | null;
  /**
   * Load before the measured phase, milliseconds.
   */
  readonly warmupMs: number;
  /**
   * Requests before the measured phase.
   */
  readonly warmupRequests: number;
  readonly load: Load;
  /**
   * Whom requests belong to that say nothing of it themselves, drawn by weight; absent where that is nobody.
   *
   * Items: A tenant.
   */
  readonly tenants?: {
    /**
     * Name.
     */
    readonly name: string;
    /**
     * Its share of the requests, relative to the other weights.
     */
    readonly weight: number;
  }[];
  /**
   * How an open loop sends conversations: whole begins them by the schedule and sends each later turn after the answer before it, split sends every turn as a request of its own. Absent without conversations, in closed loops, and in older runs, whose conversations were split.
   */
  readonly sessions?: 'whole' | 'split';
  /**
   * Open loop: a request that would exceed this is dropped and recorded; null for no limit.
   */
  readonly maxInFlight: number | null;
  readonly dataset: Dataset;
  /**
   * Seed of everything random; 0 is a seed like any other.
   */
  readonly seed: number;
  /**
   * Limits of one request, milliseconds.
   */
  readonly timeouts: {
    /**
     * Opening a connection.
     */
    readonly connectMs: number;
    /**
     * From sending to the first token.
     */
    readonly firstTokenMs: number;
    /**
     * Between two events with data.
     */
    readonly stallMs: number;
    /**
     * From sending to the end.
     */
    readonly totalMs: number;
  };
  /**
   * How long running requests may go on after the last was sent, milliseconds.
   */
  readonly drainMs: number;
  /**
   * What moves the bytes.
   */
  readonly transport: 'net' | 'undici';
  /**
   * How connections are opened and used; absent for kept connections, opened as they are needed.
   */
  readonly connections?: {
    /**
     * Whether a connection carries one request after the other, or each request opens one of its own.
     */
    readonly mode: 'keep-alive' | 'per-request';
    /**
     * Version of HTTP; absent for 1.1.
     */
    readonly http?: '2';
    /**
     * Connections opened before the load; absent for the concurrency, or a few for an open loop.
     */
    readonly preconnect?: number;
    /**
     * Most connections opened a second, by all workers together; absent where they open as they are needed.
     */
    readonly connectRatePerSecond?: number;
    /**
     * How requests are spread over several targets or addresses; absent where there is one.
     */
    readonly balance?: 'round-robin' | 'least-in-flight';
    /**
     * Requests are spread over all addresses of the target's name; absent where the first that answers is taken.
     */
    readonly spreadDns?: boolean;
    /**
     * Addresses of the client that connections come from, in turn; absent where the system chooses.
     *
     * Items: IP address.
     */
    readonly localAddresses?: readonly string[];
  };
  /**
   * TLS of the target.
   */
  readonly tls: {
    /**
     * PEM file of the authority to trust.
     */
    readonly caFile: string | null;
    /**
     * Whether the certificate is verified.
     */
    readonly isVerified: boolean;
    /**
     * PEM file of the client's own certificate.
     */
    readonly certFile?: string | null;
    /**
     * PEM file of the key of that certificate; the key itself is never recorded.
     */
    readonly keyFile?: string | null;
  };
  /**
   * Extra request headers.
   */
  readonly headers: {
    /**
     * Value of one header.
     */
    readonly [k: string]: string;
  };
  /**
   * Further headers whose values are secret: where each is read from; the value itself is never recorded.
   */
  readonly secretHeaders?: {
    /**
     * Where one value is read from.
     */
    readonly [k: string]:
      | {
          /**
           * Name of the variable.
           */
          readonly fromEnv: string;
        }
      | {
          /**
           * Path of the file.
           */
          readonly fromFile: string;
        };
  };
  /**
   * Where the bearer token is read from; the token itself is never recorded.
   */
  readonly auth:
    | {
        /**
         * Name of the variable.
         */
        readonly fromEnv: string;
      }
    | {
        /**
         * Path of the file.
         */
        readonly fromFile: string;
      }
    | null;
  /**
   * Objectives such as ttft_ms.p99<500.
   */
  readonly slo: readonly string[];
  /**
   * Parse every event completely and compare with the fast path.
   */
  readonly verifyStream: boolean;
  /**
   * Threads that make the load; absent for as many as the load needs.
   */
  readonly workers?: number;
  /**
   * Processes that make the load; absent where this one does.
   */
  readonly processes?: number;
}
/**
 * How long requests waited for something the client machine had run out of.
 */
export interface Shortage {
  /**
   * Local ports, or file descriptors.
   */
  readonly of: 'ports' | 'files';
  /**
   * Requests that waited for one, warm-up included.
   */
  readonly requests: number;
  /**
   * Longest wait, milliseconds.
   */
  readonly longestMs: number;
  /**
   * All waits together, milliseconds.
   */
  readonly totalMs: number;
}
/**
 * A distribution of delays.
 */
export interface DelayFigures {
  /**
   * Values.
   */
  readonly count: number;
  /**
   * Mean, ms.
   */
  readonly meanMs: number;
  /**
   * Median, ms.
   */
  p50Ms: number;
  /**
   * 90th percentile, ms.
   */
  p90Ms: number;
  /**
   * 95th percentile, ms.
   */
  p95Ms: number;
  /**
   * 99th percentile, ms.
   */
  p99Ms: number;
  /**
   * 99.9th percentile, ms.
   */
  p999Ms: number;
  /**
   * Largest, ms.
   */
  readonly maxMs: number;
}
/**
 * run.json: what was run, with what, and how the client fared.
 */
export interface RunDocument {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/run/v1';
  /**
   * Format of each line of requests.jsonl.
   */
  readonly recordSchema: 'assay/request-record/v1';
  /**
   * Name of the run.
   */
  readonly name: string;
  /**
   * Wall time of the start, ISO 8601.
   */
  readonly startedAt: string;
  /**
   * One moment on both clocks: time 0 of all records.
   */
  readonly clock: {
    /**
     * CLOCK_MONOTONIC, nanoseconds.
     */
    readonly monotonicNs: string;
    /**
     * ISO 8601.
     */
    readonly wall: string;
  };
  /**
   * Software of the client.
   */
  readonly versions: {
    /**
     * Assay.
     */
    readonly assay: string;
    /**
     * Node.js.
     */
    readonly node: string;
    /**
     * Operating system and processor architecture.
     */
    readonly platform: string;
  };
  readonly config: RunConfig;
  /**
   * Where each value of the configuration came from.
   */
  readonly origins: {
    /**
     * default, profile, environment, flag or detected (the server itself decided).
     */
    readonly [k: string]: string;
  };
  /**
   * Seed.
   */
  readonly seed: number;
  /**
   * What the schedule offers.
   */
  readonly schedule: {
    /**
     * Requests; null when not bounded by a count.
     */
    readonly offered: number | null;
    /**
     * Start of the measured phase.
     */
    readonly measureFromMs: number;
  };
  /**
   * What the server said about itself; null where it could not be told.
   */
  readonly capabilities: {
    readonly [k: string]: unknown;
  };
  readonly window: {
    /**
     * Start.
     */
    readonly startMs: number;
    /**
     * End.
     */
    readonly endMs: number;
  } | null;
  readonly clientHealth: {
    /**
     * 99th percentile of the event-loop delay.
     */
    eventLoopDelayP99Ms: number | null;
    /**
     * CPU time of the client over wall time; 1 is one core.
     */
    readonly cpuRatio: number | null;
    /**
     * Share of requests sent late.
     */
    readonly lateDispatchRatio: number | null;
    /**
     * 99th percentile of sending after the due time.
     */
    sendLagP99Ms: number | null;
    /**
     * Peak resident memory, MiB.
     */
    readonly maxRssMiB: number | null;
    /**
     * Findings about the client.
     */
    readonly findings: readonly Finding[];
    /**
     * Pauses of the client for garbage collection; of several threads the worst. Absent where nobody told.
     */
    readonly gcPauses?: {
      /**
       * Collections, of all threads.
       */
      readonly count: number;
      /**
       * Sum, milliseconds.
       */
      readonly totalMs: number;
      /**
       * Longest, milliseconds.
       */
      readonly maxMs: number;
      /**
       * Share of the time.
       */
      readonly ratio: number;
    };
    /**
     * Upper bounds of the time between the moment the bytes of an answer could be read and their stamp. Absent where the client does not know.
     */
    readonly readDelay?: {
      /**
       * What of the delay of a read by an idle thread of this machine is not seen from inside, measured before the run or earlier; null where it was not measured.
       */
      readonly calibration: {
        /**
         * Reads.
         */
        readonly samples: number;
        /**
         * Mean, ms.
         */
        readonly meanMs: number;
        /**
         * Median, ms.
         */
        p50Ms: number;
        /**
         * 90th percentile, ms.
         */
        p90Ms: number;
        /**
         * 99th percentile, ms.
         */
        p99Ms: number;
        /**
         * Largest, ms.
         */
        readonly maxMs: number;
      } | null;
      /**
       * All reads.
       */
      readonly reads: DelayFigures | null;
      /**
       * Reads with the first token of an answer.
       */
      readonly firstTokens: DelayFigures | null;
      /**
       * First or last tokens of answers, whichever have the larger mean.
       */
      readonly spans: DelayFigures | null;
      /**
       * Whether time in which the client was ready and had no core is part of the bounds.
       */
      readonly isCoreTimeKnown: boolean;
    };
  } | null;
  /**
   * Findings of the preflight and about the server, beside those of the client.
   */
  readonly findings?: readonly Finding[];
  /**
   * How the run ended; running after a kill.
   */
  readonly status: 'running' | 'finished' | 'aborted' | 'failed';
  /**
   * Who made the load; absent where one thread did.
   *
   * Items: One worker.
   */
  readonly workers?: {
    /**
     * Its place: it made every request whose index, divided by the number of workers, leaves this remainder (conversations by theirs).
     */
    readonly index: number;
    /**
     * A thread or a process of this machine, or a worker that joined over the network.
     */
    readonly kind: 'thread' | 'process' | 'remote';
    /**
     * Machine or pod of a remote worker, as it says itself.
     */
    readonly host?: string;
    /**
     * How it ended; lost when it did not tell.
     */
    readonly status: 'finished' | 'aborted' | 'failed' | 'lost';
    /**
     * Requests it ended, warm-up included.
     */
    readonly requests: number;
    /**
     * Its clock minus that of the run, milliseconds; taken off all its times.
     */
    readonly clockOffsetMs: number;
    /**
     * Bound of the error of that offset, milliseconds.
     */
    readonly clockErrorMs: number;
  }[];
  readonly connections: {
    /**
     * Opened.
     */
    readonly opened: number;
    /**
     * Requests on a standing connection.
     */
    readonly reused: number;
    /**
     * Not opened.
     */
    readonly failed: number;
    /**
     * What this machine had run out of when connections were to be opened; absent where nothing was short.
     */
    readonly shortages?: readonly Shortage[];
  } | null;
}
/**
 * One objective: it is met when the figure compares as stated.
 */
export interface SloObjective {
  /**
   * Metric id.
   */
  readonly metric: string;
  /**
   * Statistic.
   */
  readonly statistic: 'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
  /**
   * Comparison.
   */
  readonly operator: '<' | '<=' | '>' | '>=';
  /**
   * Threshold in the unit of the metric.
   */
  readonly threshold: number;
}
/**
 * Service level objectives.
 */
export interface Slo {
  /**
   * Format of the file.
   */
  readonly schema: 'assay/slo/v1';
  /**
   * Objectives.
   */
  readonly objectives: readonly SloObjective[];
}
