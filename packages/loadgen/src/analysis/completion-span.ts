import type { RequestRecord, RunDocument } from '@assay/contracts';
import type { Window } from './run-samples.ts';

/**
 * From the first end of a request to the last one, whatever their outcomes. A run that ends by a count waits for its last answers:
 * its window is longer than the time in which requests were offered by one latency, and a rate over it reads low by that share.
 */
export class CompletionSpan {
  #firstEndMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  add({ endMs }: RequestRecord): void {
    if (endMs === null) return;
    this.#firstEndMs = Math.min(this.#firstEndMs, endMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
  }

  /**
   * The span over which completions of a run are counted, those at its very start left out: n − 1 gaps lie between n completions.
   * `undefined` where the window of the run is the better one: it was ended by the clock or a signal, or a closed loop kept its
   * number of requests up until the last one was sent.
   */
  of({ config, status }: RunDocument): Window | undefined {
    const isEndedByCount = status === 'finished' && config.durationMs === null && config.load.kind !== 'concurrency';
    if (!isEndedByCount || this.#lastEndMs <= this.#firstEndMs) return undefined;
    return { startMs: this.#firstEndMs, endMs: this.#lastEndMs };
  }
}
