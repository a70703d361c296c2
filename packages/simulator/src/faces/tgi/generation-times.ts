import type { JobObserver, JobSummary } from '../../api/choice-job.ts';

/** Passes on what the jobs of one request do, and keeps how their ends were: the headers of a plain answer tell it. */
export class GenerationTimes implements JobObserver {
  readonly #inner: JobObserver;
  readonly summaries: JobSummary[] = [];
  /** The answer will be an error whatever its jobs do: none of them is a success. */
  isFailing = false;

  constructor(inner: JobObserver) {
    this.#inner = inner;
  }

  onStart(job: { readonly promptTokens: number; readonly cachedTokens: number }): void {
    this.#inner.onStart(job);
  }

  onTokens(count: number, seconds: number, isFirst: boolean): void {
    this.#inner.onTokens(count, seconds, isFirst);
  }

  onFinish(summary: JobSummary): void {
    this.summaries.push(summary);
    if (!this.isFailing) this.#inner.onFinish(summary);
  }

  /** Milliseconds, added up over the jobs. */
  sumMs(secondsOf: (summary: JobSummary) => number): number {
    return this.summaries.reduce((sum, summary) => sum + secondsOf(summary), 0) * 1000;
  }
}
