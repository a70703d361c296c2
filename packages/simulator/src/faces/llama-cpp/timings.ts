import type { JobObserver, JobSummary } from '../../api/choice-job.ts';

/** What `timings` speaks of; durations are milliseconds. */
interface TimedCounts {
  readonly cachedTokens: number;
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly predictedTokens: number;
  readonly predictedMs: number;
}

/** The object `timings` of an event or body, key for key. Rates leave out the first token, which belongs to the prompt. */
function timingsObject(counts: TimedCounts): Readonly<Record<string, number>> {
  const { cachedTokens, promptMs, predictedTokens, predictedMs } = counts;
  const processed = counts.promptTokens - cachedTokens;
  const perToken = predictedTokens > 1 ? predictedMs / (predictedTokens - 1) : 0;
  return {
    cache_n: cachedTokens,
    prompt_n: processed,
    prompt_ms: promptMs,
    prompt_per_token_ms: processed > 0 ? promptMs / processed : 0,
    prompt_per_second: promptMs > 0 ? (processed / promptMs) * 1000 : 0,
    predicted_n: predictedTokens,
    predicted_ms: predictedMs,
    predicted_per_token_ms: perToken,
    predicted_per_second: perToken > 0 ? 1000 / perToken : 0,
  };
}

/** Hands what it sees to the face's counters, and keeps the durations of the jobs of one answer. */
export class TimedObserver implements JobObserver {
  readonly #counters: JobObserver;
  #cachedTokens = 0;
  #promptMs = 0;
  #predictedMs = 0;

  constructor(counters: JobObserver) {
    this.#counters = counters;
  }

  onStart(job: { readonly promptTokens: number; readonly cachedTokens: number }): void {
    this.#cachedTokens = job.cachedTokens;
    this.#counters.onStart(job);
  }

  onTokens(count: number, seconds: number, isFirst: boolean): void {
    if (isFirst) this.#promptMs = seconds * 1000;
    else this.#predictedMs += seconds * 1000;
    this.#counters.onTokens(count, seconds, isFirst);
  }

  /** Comes right before the last tokens of its job are written, so that their event can tell of it. */
  onFinish(summary: JobSummary): void {
    this.#cachedTokens = summary.cachedTokens;
    this.#promptMs = summary.prefillSeconds * 1000;
    this.#predictedMs = summary.decodeSeconds * 1000;
    this.#counters.onFinish(summary);
  }

  get cachedTokens(): number {
    return this.#cachedTokens;
  }

  get promptMs(): number {
    return this.#promptMs;
  }

  /** Timings of a job that has so many tokens now. */
  timingsOf(job: { readonly promptTokens: number }, predictedTokens: number): Readonly<Record<string, number>> {
    return timingsObject({
      cachedTokens: this.#cachedTokens,
      promptTokens: job.promptTokens,
      promptMs: rounded(this.#promptMs),
      predictedTokens,
      predictedMs: rounded(this.#predictedMs),
    });
  }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
