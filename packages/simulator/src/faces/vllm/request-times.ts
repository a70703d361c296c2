import type { JobObserver, JobSummary } from '../../api/choice-job.ts';

/** Hears what becomes of a request, for the times that vLLM writes beside its usage; everything goes on to the counters. */
export class RequestTimes implements JobObserver {
  readonly #counters: JobObserver;
  #summary: JobSummary | undefined;
  #choices = 0;

  constructor(counters: JobObserver) {
    this.#counters = counters;
  }

  onStart(job: { readonly promptTokens: number; readonly cachedTokens: number }): void {
    this.#choices++;
    this.#counters.onStart(job);
  }

  onTokens(count: number, seconds: number, isFirst: boolean): void {
    this.#counters.onTokens(count, seconds, isFirst);
  }

  onFinish(summary: JobSummary): void {
    this.#summary = summary;
    this.#counters.onFinish(summary);
  }

  /** The times in ms; `undefined` for several choices, of which vLLM tells none. The time to the first token leaves out the queue. */
  figures(): object | undefined {
    const summary = this.#summary;
    if (summary === undefined || this.#choices !== 1) return undefined;
    const { prefillSeconds, decodeSeconds, queueSeconds, outputTokens } = summary;
    const busySeconds = prefillSeconds + decodeSeconds;
    return {
      time_to_first_token_ms: prefillSeconds * 1000,
      generation_time_ms: decodeSeconds * 1000,
      queue_time_ms: queueSeconds * 1000,
      mean_itl_ms: outputTokens > 1 ? (decodeSeconds * 1000) / (outputTokens - 1) : null,
      tokens_per_second: busySeconds > 0 ? outputTokens / busySeconds : null,
    };
  }
}
