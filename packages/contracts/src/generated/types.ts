// Generated from schemas/*.schema.json; edit those and run `npm run generate`.

/**
 * One figure.
 */
export type Metric =
  | {
      /**
       * Metric id.
       */
      id: string;
      /**
       * Statistic.
       */
      statistic:
        'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
      /**
       * Unit.
       */
      unit: string;
      state: 'measured';
      /**
       * Value.
       */
      value: number;
      /**
       * Samples behind it.
       */
      samples: number;
      interval?: Interval;
      /**
       * Who measured.
       */
      source: 'client' | 'server';
      /**
       * Where the latency starts.
       */
      from?: 'scheduled' | 'sent';
    }
  | {
      /**
       * Metric id.
       */
      id: string;
      /**
       * Statistic.
       */
      statistic:
        'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
      /**
       * Unit.
       */
      unit: string;
      state: 'unavailable';
      /**
       * Upper snake case.
       */
      reason: string;
      /**
       * Samples there were.
       */
      samples?: number;
      /**
       * Where the latency starts.
       */
      from?: 'scheduled' | 'sent';
    };
/**
 * Length distribution, in tokens.
 */
export type LengthDistribution =
  | {
      kind: 'fixed';
      /**
       * Tokens.
       */
      value: number;
    }
  | {
      kind: 'uniform';
      /**
       * Shortest, tokens.
       */
      min: number;
      /**
       * Longest, tokens.
       */
      max: number;
    }
  | {
      kind: 'normal';
      /**
       * Mean, tokens.
       */
      mean: number;
      /**
       * Standard deviation, tokens.
       */
      stddev: number;
      /**
       * Shortest, tokens.
       */
      min: number;
      /**
       * Longest, tokens.
       */
      max: number;
    }
  | {
      kind: 'lognormal';
      /**
       * Median, tokens.
       */
      median: number;
      /**
       * Standard deviation of the logarithm.
       */
      sigma: number;
      /**
       * Shortest, tokens.
       */
      min: number;
      /**
       * Longest, tokens.
       */
      max: number;
    };
/**
 * How requests are offered.
 */
export type Load =
  | {
      kind: 'constant';
      /**
       * Requests per second.
       */
      ratePerSecond: number;
    }
  | {
      kind: 'poisson';
      /**
       * Mean requests per second.
       */
      ratePerSecond: number;
    }
  | {
      kind: 'gamma';
      /**
       * Mean requests per second.
       */
      ratePerSecond: number;
      /**
       * Shape of the gap distribution.
       */
      shape: number;
    }
  | {
      kind: 'ramp';
      /**
       * Rate at the start.
       */
      fromRatePerSecond: number;
      /**
       * Rate at the end.
       */
      toRatePerSecond: number;
      /**
       * Length of the ramp, milliseconds.
       */
      rampMs: number;
    }
  | {
      kind: 'burst';
      /**
       * Rate between bursts.
       */
      baseRatePerSecond: number;
      /**
       * Rate in a burst.
       */
      burstRatePerSecond: number;
      /**
       * Length of a burst, milliseconds.
       */
      burstMs: number;
      /**
       * From the start of one burst to the next, milliseconds.
       */
      periodMs: number;
    }
  | {
      kind: 'trace';
      /**
       * Path of the trace.
       */
      file: string;
      /**
       * 2 replays twice as fast.
       */
      timeScale: number;
    }
  | {
      kind: 'concurrency';
      /**
       * Requests in flight.
       */
      concurrency: number;
    };
/**
 * Where prompts and lengths come from.
 */
export type Dataset =
  | {
      kind: 'synthetic';
      inputTokens: LengthDistribution;
      outputTokens: LengthDistribution;
      /**
       * Tokens of the prefix that requests of one group share; 0 for none.
       */
      sharedPrefixTokens: number;
      /**
       * Number of different shared prefixes.
       */
      sharedPrefixCount: number;
    }
  | {
      kind: 'jsonl';
      /**
       * Path.
       */
      file: string;
    }
  | {
      kind: 'sharegpt';
      /**
       * Path.
       */
      file: string;
    }
  | {
      kind: 'trace';
    };

export interface Documents {
  PriceFile?: PriceFile;
  Profile?: Profile;
  RequestRecord?: RequestRecord;
  Metric?: Metric;
  Interval?: Interval;
  Finding?: Finding;
  ResultsDocument?: ResultsDocument;
  LengthDistribution?: LengthDistribution;
  Load?: Load;
  Dataset?: Dataset;
  RunConfig?: RunConfig;
  RunDocument?: RunDocument;
  Slo?: Slo;
}
/**
 * Dated prices of accelerators and energy.
 */
export interface PriceFile {
  schema: 'assay/prices/v1';
  /**
   * ISO 4217 code.
   */
  currency: string;
  /**
   * Date the prices held, ISO 8601.
   */
  asOf: string;
  /**
   * Where they come from.
   */
  source: string;
  /**
   * Price by accelerator name.
   */
  accelerators: {
    /**
     * One accelerator.
     */
    [k: string]: {
      /**
       * Price of one hour.
       */
      perHour: number;
    };
  };
  /**
   * Price of one kWh; null when not known.
   */
  energyPerKwh: number | null;
}
/**
 * A profile file: the flags of assay run under the same names.
 */
export interface Profile {
  /**
   * Format of the file.
   */
  schema?: 'assay/profile/v1';
  /**
   * Name of the run.
   */
  name?: string;
  /**
   * What the profile is for.
   */
  description?: string;
  /**
   * Base URL of the server.
   */
  target?: string;
  /**
   * Start the embedded service.
   */
  simulate?: boolean;
  /**
   * Runtime.
   */
  backend?: 'openai' | 'vllm';
  /**
   * Model.
   */
  model?: string;
  /**
   * Interface.
   */
  api?: 'chat' | 'completions';
  /**
   * Streamed responses.
   */
  stream?: boolean;
  /**
   * Requests to offer.
   */
  requests?: number;
  /**
   * Length of the measured phase, for example 60s.
   */
  duration?: string;
  /**
   * Load before it, for example 10s.
   */
  warmup?: string;
  /**
   * Requests before it.
   */
  warmupRequests?: number;
  /**
   * Requests per second.
   */
  rate?: number;
  /**
   * constant, poisson, gamma:SHAPE, ramp:FROM-TO, burst:RATExLENGTH/PERIOD.
   */
  arrival?: string;
  /**
   * Requests in flight.
   */
  concurrency?: number;
  /**
   * Most requests in flight in an open loop.
   */
  maxInFlight?: number;
  /**
   * Trace file.
   */
  trace?: string;
  /**
   * 2 replays twice as fast.
   */
  timeScale?: number;
  /**
   * FILE, jsonl:FILE or sharegpt:FILE.
   */
  dataset?: string;
  /**
   * Tokens, or a distribution such as uniform:100,600.
   */
  inputTokens?: number | string;
  /**
   * Tokens, or a distribution.
   */
  outputTokens?: number | string;
  /**
   * TOKENS or TOKENSxCOUNT.
   */
  sharedPrefix?: string;
  /**
   * Seed.
   */
  seed?: number;
  /**
   * Most time of a request.
   */
  timeout?: string;
  /**
   * Most time to the first token.
   */
  firstTokenTimeout?: string;
  /**
   * Most time between two events.
   */
  stallTimeout?: string;
  /**
   * Most time to connect.
   */
  connectTimeout?: string;
  /**
   * Most time of draining.
   */
  drain?: string;
  /**
   * Objectives.
   */
  slo?: string[] | string;
  /**
   * What moves the bytes.
   */
  transport?: 'net' | 'undici';
  /**
   * Extra request headers.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Where the bearer token is read from.
   */
  auth?:
    | {
        /**
         * Name.
         */
        fromEnv: string;
      }
    | {
        /**
         * Path.
         */
        fromFile: string;
      };
  /**
   * TLS of the target.
   */
  tls?: {
    /**
     * PEM file.
     */
    caFile?: string;
    /**
     * Whether the certificate is verified.
     */
    isVerified?: boolean;
  };
  /**
   * Parse every event completely.
   */
  verifyStream?: boolean;
}
/**
 * One line of requests.jsonl: one record per offered request. Times are milliseconds since the run's start on the monotonic clock, rounded to microseconds; null where it did not happen.
 */
export interface RequestRecord {
  /**
   * Position in the schedule of its phase.
   */
  index: number;
  /**
   * Only the measured phase enters the results.
   */
  phase: 'warmup' | 'measure';
  /**
   * When it was due; in a closed loop when its permit became free.
   */
  scheduledMs: number;
  /**
   * Last byte of the request handed to the kernel.
   */
  sentMs: number | null;
  /**
   * Duration of opening a connection for this request; null when one stood ready.
   */
  connectMs: number | null;
  /**
   * Response headers.
   */
  headersMs: number | null;
  /**
   * First event with generated content; null when not streamed.
   */
  firstTokenMs: number | null;
  /**
   * First content that is not reasoning.
   */
  firstAnswerMs: number | null;
  /**
   * Last event with generated content.
   */
  lastTokenMs: number | null;
  /**
   * End of the response, or of waiting for it.
   */
  endMs: number | null;
  /**
   * Kind of end.
   */
  outcome: 'ok' | 'http' | 'timeout' | 'network' | 'protocol' | 'aborted' | 'dropped';
  /**
   * Outcome code; null when ok.
   */
  code: string | null;
  /**
   * Short text of the failure, at most 300 characters.
   */
  message: string | null;
  /**
   * HTTP status.
   */
  httpStatus: number | null;
  /**
   * As the server said it.
   */
  finishReason: string | null;
  /**
   * Prompt length asked for, tokens.
   */
  inputTokensRequested: number | null;
  /**
   * Prompt length by the server's usage, tokens.
   */
  inputTokens: number | null;
  /**
   * How the requested length was made sure.
   */
  inputTokensSource: 'token-ids' | 'server-tokenizer' | 'approximate';
  /**
   * Prompt tokens from the server's cache, as it reported.
   */
  cachedTokens: number | null;
  /**
   * Most output tokens asked for.
   */
  outputTokensRequested: number | null;
  /**
   * Generated tokens; null when not known.
   */
  outputTokens: number | null;
  /**
   * Where the count comes from.
   */
  outputTokensSource: 'usage' | 'continuous-usage' | 'token-ids' | 'event-count' | 'unavailable';
  /**
   * Events with generated content.
   */
  contentEvents: number;
  /**
   * Pairs [deltaUs, count, ...]: microseconds since the previous read with content, and content units in that read; the first delta is 0.
   */
  arrivals: number[];
  /**
   * Unit of the counts in arrivals.
   */
  arrivalsUnit: 'tokens' | 'events';
}
/**
 * Confidence interval.
 */
export interface Interval {
  /**
   * Lower end.
   */
  low: number;
  /**
   * Upper end.
   */
  high: number;
  /**
   * Confidence level, for example 0.95.
   */
  level: number;
  /**
   * How it was computed.
   */
  method: string;
}
/**
 * Something that limits how far the figures can be trusted.
 */
export interface Finding {
  /**
   * Upper snake case, for example LATE_DISPATCH.
   */
  code: string;
  /**
   * invalidates: do not use the figures; limits: use with care; notes: good to know.
   */
  severity: 'invalidates' | 'limits' | 'notes';
  /**
   * What was seen, with figures.
   */
  message: string;
}
/**
 * results.json: a pure function of run.json and requests.jsonl.
 */
export interface ResultsDocument {
  schema: 'assay/results/v1';
  /**
   * The run in short.
   */
  run: {
    /**
     * Name.
     */
    name: string;
    /**
     * ISO 8601.
     */
    startedAt: string;
    /**
     * Base URL.
     */
    target: string | null;
    /**
     * Model.
     */
    model: string | null;
    /**
     * Backend.
     */
    backend: string;
    /**
     * Interface.
     */
    api: string;
    /**
     * How the run ended.
     */
    status: string;
  };
  window: {
    /**
     * Start.
     */
    startMs: number;
    /**
     * End.
     */
    endMs: number;
  } | null;
  /**
   * Counts by kind of end; their sum is offered.
   */
  outcomes: {
    /**
     * All.
     */
    offered: number;
    /**
     * Ended as ok.
     */
    ok: number;
    /**
     * Ended as http.
     */
    http: number;
    /**
     * Ended as timeout.
     */
    timeout: number;
    /**
     * Ended as network.
     */
    network: number;
    /**
     * Ended as protocol.
     */
    protocol: number;
    /**
     * Ended as aborted.
     */
    aborted: number;
    /**
     * Ended as dropped.
     */
    dropped: number;
  };
  /**
   * Counts by code of those that are not ok.
   */
  outcomeCodes: {
    [k: string]: number;
  };
  /**
   * Figures.
   */
  metrics: Metric[];
  /**
   * How far to trust the figures.
   */
  validity: {
    /**
     * Worst finding decides.
     */
    verdict: 'trustworthy' | 'limited' | 'untrustworthy';
    /**
     * Findings.
     */
    findings: Finding[];
  };
  /**
   * Verdicts on the objectives.
   *
   * Items: One objective.
   */
  slo: {
    /**
     * As given.
     */
    objective: string;
    /**
     * unknown when the figure is unavailable; never a pass.
     */
    verdict: 'pass' | 'fail' | 'unknown';
    /**
     * Figure compared.
     */
    value: number | null;
    /**
     * Why unknown.
     */
    reason: string | null;
  }[];
}
/**
 * A resolved run configuration: every value is present.
 */
export interface RunConfig {
  /**
   * Name of the run; part of the default directory name.
   */
  name: string;
  /**
   * Base URL of the server, or null with simulate.
   */
  target: string | null;
  /**
   * Start the embedded service and measure it.
   */
  simulate: boolean;
  /**
   * Runtime behind the target.
   */
  backend: 'openai' | 'vllm';
  /**
   * Model to ask for; null takes the only one the server lists.
   */
  model: string | null;
  /**
   * Interface of the server.
   */
  api: 'chat' | 'completions';
  /**
   * Ask for streamed responses.
   */
  stream: boolean;
  /**
   * Requests to offer in the measured phase; null for no limit.
   */
  requests: number | null;
  /**
   * Length of the measured phase, milliseconds; null for no limit.
   */
  durationMs: number | null;
  /**
   * Load before the measured phase, milliseconds.
   */
  warmupMs: number;
  /**
   * Requests before the measured phase.
   */
  warmupRequests: number;
  load: Load;
  /**
   * Open loop: a request that would exceed this is dropped and recorded; null for no limit.
   */
  maxInFlight: number | null;
  dataset: Dataset;
  /**
   * Seed of everything random; 0 is a seed like any other.
   */
  seed: number;
  /**
   * Limits of one request, milliseconds.
   */
  timeouts: {
    /**
     * Opening a connection.
     */
    connectMs: number;
    /**
     * From sending to the first token.
     */
    firstTokenMs: number;
    /**
     * Between two events with data.
     */
    stallMs: number;
    /**
     * From sending to the end.
     */
    totalMs: number;
  };
  /**
   * How long running requests may go on after the last was sent, milliseconds.
   */
  drainMs: number;
  /**
   * What moves the bytes.
   */
  transport: 'net' | 'undici';
  /**
   * TLS of the target.
   */
  tls: {
    /**
     * PEM file of the authority to trust.
     */
    caFile: string | null;
    /**
     * Whether the certificate is verified.
     */
    isVerified: boolean;
  };
  /**
   * Extra request headers.
   */
  headers: {
    [k: string]: string;
  };
  /**
   * Where the bearer token is read from; the token itself is never recorded.
   */
  auth:
    | {
        /**
         * Name of the variable.
         */
        fromEnv: string;
      }
    | {
        /**
         * Path of the file.
         */
        fromFile: string;
      }
    | null;
  /**
   * Objectives such as ttft_ms.p99<500.
   */
  slo: string[];
  /**
   * Parse every event completely and compare with the fast path.
   */
  verifyStream: boolean;
}
/**
 * run.json: what was run, with what, and how the client fared.
 */
export interface RunDocument {
  schema: 'assay/run/v1';
  recordSchema: 'assay/request-record/v1';
  /**
   * Name of the run.
   */
  name: string;
  /**
   * Wall time of the start, ISO 8601.
   */
  startedAt: string;
  /**
   * One moment on both clocks: time 0 of all records.
   */
  clock: {
    /**
     * CLOCK_MONOTONIC, nanoseconds.
     */
    monotonicNs: string;
    /**
     * ISO 8601.
     */
    wall: string;
  };
  /**
   * Software of the client.
   */
  versions: {
    /**
     * Assay.
     */
    assay: string;
    /**
     * Node.js.
     */
    node: string;
    /**
     * Operating system and processor architecture.
     */
    platform: string;
  };
  config: RunConfig;
  /**
   * Where each value of the configuration came from.
   */
  origins: {
    [k: string]: string;
  };
  /**
   * Seed.
   */
  seed: number;
  /**
   * What the schedule offers.
   */
  schedule: {
    /**
     * Requests; null when not bounded by a count.
     */
    offered: number | null;
    /**
     * Start of the measured phase.
     */
    measureFromMs: number;
  };
  /**
   * What the server said about itself; null where it could not be told.
   */
  capabilities: {
    [k: string]: unknown;
  };
  window: {
    /**
     * Start.
     */
    startMs: number;
    /**
     * End.
     */
    endMs: number;
  } | null;
  clientHealth: {
    /**
     * 99th percentile of the event-loop delay.
     */
    eventLoopDelayP99Ms: number | null;
    /**
     * CPU time of the client over wall time; 1 is one core.
     */
    cpuRatio: number | null;
    /**
     * Share of requests sent late.
     */
    lateDispatchRatio: number | null;
    /**
     * 99th percentile of sending after the due time.
     */
    sendLagP99Ms: number | null;
    /**
     * Peak resident memory, MiB.
     */
    maxRssMiB: number | null;
    /**
     * Findings about the client.
     */
    findings: Finding[];
  } | null;
  /**
   * How the run ended; running after a kill.
   */
  status: 'running' | 'finished' | 'aborted' | 'failed';
  connections: {
    /**
     * Opened.
     */
    opened: number;
    /**
     * Requests on a standing connection.
     */
    reused: number;
    /**
     * Not opened.
     */
    failed: number;
  } | null;
}
/**
 * Service level objectives.
 */
export interface Slo {
  schema: 'assay/slo/v1';
  /**
   * Objectives.
   *
   * Items: One objective.
   */
  objectives: {
    /**
     * Metric id.
     */
    metric: string;
    /**
     * Statistic.
     */
    statistic: 'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'total' | 'ratio' | 'rate';
    /**
     * Comparison.
     */
    operator: '<' | '<=' | '>' | '>=';
    /**
     * Threshold in the unit of the metric.
     */
    threshold: number;
  }[];
}
