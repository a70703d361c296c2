import { createHistogram, type Histogram } from '@assay/stats';

/** A call to the kernel that was back sooner than this found something waiting. */
const NO_WAIT_MS = 0.01;
/** A timer may fire this much after its time without anything being wrong. */
const TIMER_SLACK_MS = 2;
const HOUR_NS = 3_600_000_000_000;

export interface ReadDelayPorts {
  /** Time that the event loop has spent waiting in the kernel so far, ms: `performance.nodeTiming.idleTime`. */
  readonly idleMs: () => number;
  /** Time that the thread was ready to run and did not, so far, ms; `undefined` where the system does not tell. */
  readonly runDelayMs: () => number | undefined;
}

/** A distribution of delays, milliseconds. */
export interface DelayFigures {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/**
 * For each read an upper bound of the time between the moment its bytes could be read and its stamp, seen from inside:
 * - after a wait in the kernel: what of the time since the last work was not spent waiting;
 * - without a wait: the time since the sockets were last looked at, because the bytes may have come right after that;
 * - behind others of the same look: also the time since the first of them;
 * - a wait that went on past the next heartbeat was no wait: the thread was held up, and all of it counts.
 *
 * What the kernel needs to wake a thread is not seen from inside: `calibrateReads` measures it. Time without a core, which looks like waiting, is taken from the scheduler.
 */
export class ReadDelays {
  readonly #ports: ReadDelayPorts;
  readonly #heartbeatMs: number;
  readonly #all: Histogram = createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });
  readonly #first: Histogram = createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });
  #idleMs = 0;
  #lookAtMs = 0;
  #workEndMs = 0;
  #lookDelayMs = 0;
  #hasReadSinceMark = false;
  readonly #withoutCore: Histogram = createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });
  #waits = 0;
  #runDelayAtStartMs: number | undefined;
  #runDelayMs: number | undefined;
  #currentMs = 0;

  /** @param heartbeatMs Longest time between two calls of `mark`. */
  constructor(ports: ReadDelayPorts, heartbeatMs: number) {
    this.#ports = ports;
    this.#heartbeatMs = heartbeatMs;
  }

  /** Forgets what was seen. */
  start(nowMs: number): void {
    this.#all.reset();
    this.#first.reset();
    this.#withoutCore.reset();
    this.#waits = 0;
    this.#idleMs = this.#ports.idleMs();
    this.#lookAtMs = nowMs;
    this.#workEndMs = nowMs;
    this.#hasReadSinceMark = false;
    this.#runDelayAtStartMs = this.#ports.runDelayMs();
    this.#runDelayMs = this.#runDelayAtStartMs;
  }

  /** To be called every `heartbeatMs`. */
  beat(nowMs: number): void {
    this.mark(nowMs);
    const runDelayMs = this.#ports.runDelayMs();
    if (runDelayMs === undefined || this.#runDelayMs === undefined) return;
    this.#withoutCore.record(toNs(Math.max(0, runDelayMs - this.#runDelayMs)));
    this.#runDelayMs = runDelayMs;
  }

  /** A read was stamped `atMs`; gives the bound of its delay, ms. */
  onRead(atMs: number): number {
    const idleMs = this.#ports.idleMs();
    // The loop asked the kernel since the last read; where it asks without waiting, a mark lies in between.
    if (idleMs !== this.#idleMs || !this.#hasReadSinceMark) this.#beginLook(atMs, idleMs - this.#idleMs);
    this.#idleMs = idleMs;
    this.#hasReadSinceMark = true;
    const delayMs = this.#lookDelayMs + Math.max(0, atMs - this.#lookAtMs);
    this.#all.record(toNs(delayMs));
    return delayMs;
  }

  #beginLook(atMs: number, waitedMs: number): void {
    if (waitedMs < NO_WAIT_MS) {
      this.#lookDelayMs = Math.max(0, atMs - this.#lookAtMs - waitedMs);
    } else {
      this.#waits += 1;
      const awakeMs = Math.max(0, atMs - this.#workEndMs - waitedMs);
      this.#lookDelayMs = waitedMs > this.#heartbeatMs + TIMER_SLACK_MS ? awakeMs + waitedMs : awakeMs;
    }
    this.#lookAtMs = atMs;
  }

  /** The work for reads is done, for now. */
  onWorkEnd(nowMs: number): void {
    this.#workEndMs = nowMs;
  }

  /** The event loop has come round to something else than reads: a turn of a pacer, a heartbeat. */
  mark(nowMs: number): void {
    // What came while reads of this round were taken waits for the next look.
    if (!this.#hasReadSinceMark) this.#lookAtMs = nowMs;
    this.#hasReadSinceMark = false;
    this.#idleMs = this.#ports.idleMs();
    this.#workEndMs = nowMs;
  }

  /** The read whose bytes are taken now; its bound goes with the first token that they bring. */
  set currentMs(delayMs: number) {
    this.#currentMs = delayMs;
  }

  /** The bytes that are taken now hold the first token of an answer. */
  countFirstToken(): void {
    this.#first.record(toNs(this.#currentMs));
  }

  get all(): DelayFigures | undefined {
    return figuresOf(this.#all);
  }

  get firstTokens(): DelayFigures | undefined {
    return figuresOf(this.#first);
  }

  /** Time without a core in each stretch between two heartbeats, its mean that for each wait in the kernel; `undefined` where the system does not tell. */
  get withoutCore(): DelayFigures | undefined {
    const figures = figuresOf(this.#withoutCore);
    if (figures === undefined || this.#runDelayMs === undefined || this.#runDelayAtStartMs === undefined)
      return undefined;
    return { ...figures, meanMs: (this.#runDelayMs - this.#runDelayAtStartMs) / Math.max(1, this.#waits) };
  }
}

function toNs(ms: number): number {
  return Math.min(Math.round(ms * 1e6), HOUR_NS);
}

function figuresOf(histogram: Histogram): DelayFigures | undefined {
  if (histogram.count === 0) return undefined;
  const ms = (q: number): number => histogram.quantile(q) / 1e6;
  return {
    count: histogram.count,
    meanMs: histogram.mean / 1e6,
    p50Ms: ms(0.5),
    p90Ms: ms(0.9),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
    p999Ms: ms(0.999),
    maxMs: histogram.max / 1e6,
  };
}
