import type { Metric, RequestRecord, ResultsDocument } from '@assay/contracts';
import { proportionInterval } from '@assay/stats';

type Window = NonNullable<ResultsDocument['window']>;

/**
 * Rates over the measured window. Only what happened inside the window counts: a request that ended after it adds the tokens
 * that arrived before its end, so that neither ramp-up nor drain changes a rate.
 */
export class Throughput {
  readonly #window: Window;
  #offered = 0;
  #failed = 0;
  #endedOk = 0;
  #tokens = 0;
  #areTokensKnown = true;
  #busyMs = 0;

  constructor(window: Window) {
    this.#window = window;
  }

  add(record: RequestRecord): void {
    const { startMs, endMs } = this.#window;
    this.#offered += 1;
    if (record.outcome !== 'ok') this.#failed += 1;
    if (record.sentMs !== null) {
      const endedAtMs = record.endMs ?? endMs;
      this.#busyMs += Math.max(0, Math.min(endedAtMs, endMs) - Math.max(record.sentMs, startMs));
    }
    if (record.outcome !== 'ok' || record.endMs === null) return;
    if (record.endMs >= startMs && record.endMs <= endMs) this.#endedOk += 1;
    if (record.outputTokens === null) this.#areTokensKnown = false;
    else this.#tokens += record.outputTokens * this.#shareInWindow(record);
  }

  /** Share of the answer that arrived inside the window. */
  #shareInWindow(record: RequestRecord): number {
    const { startMs, endMs } = this.#window;
    const { arrivals, firstTokenMs } = record;
    const lastMs = record.endMs ?? endMs;
    if (firstTokenMs === null) return lastMs >= startMs && lastMs <= endMs ? 1 : 0;
    if (firstTokenMs >= startMs && lastMs <= endMs) return 1;
    let atMs = firstTokenMs;
    let inside = 0;
    let all = 0;
    for (let i = 0; i + 1 < arrivals.length; i += 2) {
      atMs += (arrivals[i] ?? 0) / 1000;
      const units = arrivals[i + 1] ?? 0;
      all += units;
      if (atMs >= startMs && atMs <= endMs) inside += units;
    }
    return all === 0 ? 0 : inside / all;
  }

  metrics(goodRequests: number | undefined): Metric[] {
    const seconds = (this.#window.endMs - this.#window.startMs) / 1000;
    const rate = (id: string, unit: string, amount: number | undefined, reason: string): Metric =>
      amount === undefined || !(seconds > 0)
        ? { id, statistic: 'rate', unit, state: 'unavailable', reason: seconds > 0 ? reason : 'EMPTY_WINDOW', samples: this.#offered }
        : { id, statistic: 'rate', unit, state: 'measured', value: amount / seconds, samples: this.#offered, source: 'client' };
    return [
      rate('requests_per_second', 'requests/s', this.#endedOk, ''),
      rate('output_tokens_per_second', 'tokens/s', this.#areTokensKnown && this.#endedOk > 0 ? this.#tokens : undefined, 'NO_TOKEN_COUNTS'),
      rate('goodput_requests_per_second', 'requests/s', goodRequests, 'NO_SLO'),
      this.#errorRatio(),
      this.#concurrency(seconds),
    ];
  }

  #errorRatio(): Metric {
    const label = { id: 'error_ratio', statistic: 'ratio', unit: '1' } as const;
    if (this.#offered === 0) return { ...label, state: 'unavailable', reason: 'NOTHING_OFFERED', samples: 0 };
    const interval = proportionInterval(this.#failed, this.#offered);
    return { ...label, state: 'measured', value: this.#failed / this.#offered, samples: this.#offered, ...(interval === undefined ? {} : { interval }), source: 'client' };
  }

  /** Mean number of requests between sending and end, over the window. */
  #concurrency(seconds: number): Metric {
    const label = { id: 'concurrency', statistic: 'mean', unit: 'requests' } as const;
    if (!(seconds > 0)) return { ...label, state: 'unavailable', reason: 'EMPTY_WINDOW', samples: this.#offered };
    return { ...label, state: 'measured', value: this.#busyMs / 1000 / seconds, samples: this.#offered, source: 'client' };
  }
}
