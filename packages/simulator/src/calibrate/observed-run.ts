/** One answered request of a run against a real engine; milliseconds since the run's start. */
export interface ObservedRequest {
  readonly sentMs: number;
  readonly firstTokenMs: number;
  readonly lastTokenMs: number;
  /** Prompt tokens that the engine had to compute: those of its prefix cache are not among them. */
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** A run as far as an engine model can follow it. */
export interface ObservedRun {
  /** In order of `sentMs`. */
  readonly requests: readonly ObservedRequest[];
  /** Closed loop of this width, whose arrivals follow from the answers; absent for an open loop. */
  readonly concurrency?: number;
}

/** The three figures that a calibration is judged by. */
export interface RunFigures {
  /** Median time from send to first token. */
  readonly ttftMs: number;
  /** Median over requests of the mean time between their tokens. */
  readonly itlMs: number;
  /** From the first send to the last token. */
  readonly outputTokensPerSecond: number;
}

export const timeToFirstMs = ({ sentMs, firstTokenMs }: ObservedRequest): number => firstTokenMs - sentMs;

/** `undefined` for an answer of one token, which has no gap. */
export function meanGapMs({ firstTokenMs, lastTokenMs, outputTokens }: ObservedRequest): number | undefined {
  return outputTokens > 1 ? (lastTokenMs - firstTokenMs) / (outputTokens - 1) : undefined;
}

/**
 * Times from the end of an answer to the request that follows it in a closed loop. `undefined` for an open loop, and where every request
 * was there from the start.
 */
export function turnaroundMs({ requests, concurrency }: ObservedRun): number | undefined {
  if (concurrency === undefined || requests.length <= concurrency) return undefined;
  const ends = requests.map(({ lastTokenMs }) => lastTokenMs).sort((a, b) => a - b);
  // The answers that ended first let the requests in, one each, in the order of their ends.
  return median(requests.slice(concurrency).map(({ sentMs }, index) => Math.max(0, sentMs - (ends[index] ?? sentMs))));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Figures of a run; `NaN` where it has no request that tells. */
export function figuresOf(requests: readonly ObservedRequest[]): RunFigures {
  const startMs = Math.min(...requests.map(({ sentMs }) => sentMs));
  const endMs = Math.max(...requests.map(({ lastTokenMs }) => lastTokenMs));
  const tokens = requests.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  return {
    ttftMs: median(requests.map(timeToFirstMs)),
    itlMs: median(requests.map(meanGapMs).filter((gap) => gap !== undefined)),
    outputTokensPerSecond: (1000 * tokens) / (endMs - startMs),
  };
}
