import type { RequestRecord } from '@assay/contracts';
import { BinCounter, type Bins, EdgeFinder, type Edges } from './bins.ts';
import { Thinning } from './thinning.ts';
import { TimeBuckets } from './time-buckets.ts';

/** What the charts need, embedded in the page as JSON. Times in seconds from the start of the window, latencies in ms. */
export interface ViewData {
  readonly timeline: {
    readonly atS: readonly number[];
    readonly ttftMs: readonly (number | null)[];
    readonly lateMs: readonly (number | null)[];
    readonly failed: readonly (string | null)[];
    /** Quantiles over buckets of the window. */
    readonly bucketS: readonly number[];
    readonly p50Ms: readonly (number | null)[];
    readonly p95Ms: readonly (number | null)[];
    readonly label: string;
  };
  readonly ttft: Bins | null;
  readonly itl: Bins | null;
  readonly e2e: Bins | null;
  /** Requests in the scatter, of all in the records. */
  readonly shown: number;
  readonly total: number;
}

/** Requests of the scatter at most; a third of them for those that failed. */
export const MOST_POINTS = 3000;
const LATE_MS = 1;

const doneMs = (record: RequestRecord): number | null => record.lastTokenMs ?? record.endMs;
const isOk = (record: RequestRecord): boolean => record.outcome === 'ok';
const since = (atMs: number | null, fromMs: number): number | null => (atMs === null ? null : atMs - fromMs);

/** What a first walk over the records finds out, so that a second one can fill charts of fixed size. */
export interface RecordOutline {
  /** Requests of the measured phase. */
  readonly total: number;
  readonly failed: number;
  readonly isStreamed: boolean;
  readonly lastDueMs: number;
  readonly ttft: Edges;
  readonly itl: Edges;
  readonly e2e: Edges;
}

/** First walk. Memory does not grow with the number of records. */
export class Outliner {
  readonly #ttft: EdgeFinder = new EdgeFinder();
  readonly #itl: EdgeFinder = new EdgeFinder();
  readonly #e2e: EdgeFinder = new EdgeFinder();
  #total = 0;
  #failed = 0;
  #isStreamed = false;
  #lastDueMs = Number.NEGATIVE_INFINITY;

  add(record: RequestRecord): void {
    if (record.phase !== 'measure') return;
    this.#total++;
    this.#lastDueMs = Math.max(this.#lastDueMs, record.scheduledMs);
    if (!isOk(record)) {
      this.#failed++;
      return;
    }
    if (record.firstTokenMs !== null) {
      this.#isStreamed = true;
      this.#ttft.add(round(record.firstTokenMs - record.scheduledMs));
    }
    const wholeMs = since(doneMs(record), record.scheduledMs);
    if (wholeMs !== null) this.#e2e.add(wholeMs);
    eachGap(record, this.#itl);
  }

  outline(): RecordOutline {
    return {
      total: this.#total,
      failed: this.#failed,
      isStreamed: this.#isStreamed,
      lastDueMs: this.#lastDueMs,
      ttft: this.#ttft.edges(),
      itl: this.#itl.edges(),
      e2e: this.#e2e.edges(),
    };
  }
}

interface Point {
  readonly scheduledMs: number;
  readonly latencyMs: number | null;
  readonly isLate: boolean;
  readonly failed: string | null;
}

/** Second walk: distributions and quantiles from all records, points thinned with failures kept first. */
export class ViewBuilder {
  readonly #outline: RecordOutline;
  readonly #startMs: number;
  readonly #ttft: BinCounter;
  readonly #itl: BinCounter;
  readonly #e2e: BinCounter;
  readonly #buckets: TimeBuckets;
  readonly #failed: Thinning<Point>;
  readonly #ok: Thinning<Point>;

  constructor(outline: RecordOutline, startMs: number) {
    const shownFailed = Math.min(outline.failed, MOST_POINTS / 3);
    this.#outline = outline;
    this.#startMs = startMs;
    this.#ttft = new BinCounter(outline.ttft);
    this.#itl = new BinCounter(outline.itl);
    this.#e2e = new BinCounter(outline.e2e);
    this.#buckets = new TimeBuckets(startMs, Math.max(outline.lastDueMs, startMs), outline.total);
    this.#failed = new Thinning(outline.failed, shownFailed);
    this.#ok = new Thinning(outline.total - outline.failed, MOST_POINTS - shownFailed);
  }

  add(record: RequestRecord): void {
    if (record.phase !== 'measure') return;
    const latencyMs = this.#latencyMs(record);
    if (latencyMs !== null) this.#buckets.add(record.scheduledMs, latencyMs);
    const { scheduledMs, sentMs, outcome, code } = record;
    const isLate = sentMs !== null && sentMs - scheduledMs > LATE_MS;
    if (!isOk(record)) {
      this.#failed.offer(() => ({ scheduledMs, latencyMs, isLate, failed: code ?? outcome }));
      return;
    }
    this.#ok.offer(() => ({ scheduledMs, latencyMs, isLate, failed: null }));
    if (record.firstTokenMs !== null) this.#ttft.add(round(record.firstTokenMs - scheduledMs));
    const wholeMs = since(doneMs(record), scheduledMs);
    if (wholeMs !== null) this.#e2e.add(wholeMs);
    eachGap(record, this.#itl);
  }

  view(): ViewData {
    const { isStreamed, total } = this.#outline;
    const shown = [...this.#failed.taken, ...this.#ok.taken].sort((a, b) => a.scheduledMs - b.scheduledMs);
    return {
      timeline: {
        atS: shown.map(({ scheduledMs }) => round((scheduledMs - this.#startMs) / 1000)),
        ttftMs: shown.map(({ latencyMs }) => latencyMs),
        lateMs: shown.map(({ isLate, latencyMs }) => (isLate ? latencyMs : null)),
        failed: shown.map(({ failed }) => failed),
        ...this.#buckets.lines(),
        label: isStreamed ? 'Time to first token' : 'End-to-end latency',
      },
      ttft: isStreamed ? this.#ttft.bins() : null,
      itl: this.#itl.bins(),
      e2e: this.#e2e.bins(),
      shown: shown.length,
      total,
    };
  }

  #latencyMs(record: RequestRecord): number | null {
    const atMs = this.#outline.isStreamed ? record.firstTokenMs : doneMs(record);
    return atMs === null || !isOk(record) ? null : round(atMs - record.scheduledMs);
  }
}

/** A read with n tokens after a gap g is n samples of g/n. */
function eachGap({ arrivals }: RequestRecord, into: EdgeFinder | BinCounter): void {
  for (let i = 2; i + 1 < arrivals.length; i += 2) {
    const weight = arrivals[i + 1] ?? 0;
    if (weight > 0) into.add((arrivals[i] ?? 0) / weight / 1000, weight);
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
