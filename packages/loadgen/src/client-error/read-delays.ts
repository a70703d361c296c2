import type { DelayFigures } from '@assay/contracts';
import { createHistogram, type Histogram } from '@assay/stats';
import type { ReadDelayHealth } from '../events.ts';

/** A timer may fire this much after its time without anything being wrong. */
const TIMER_SLACK_MS = 2;
/** What a thread waits for a free core after each wait in the kernel, where nobody takes the core: part of the calibration. */
const CORE_PER_WAIT_MS = 0.02;
const HOUR_NS = 3_600_000_000_000;

export interface ReadDelayPorts {
  /** Time that the event loop has spent waiting in the kernel so far, ms: `performance.nodeTiming.idleTime`. */
  readonly idleMs: () => number;
  /** How often the event loop has looked at its sockets so far, the look that goes on included: `performance.nodeTiming.uvMetricsInfo.loopCount`. */
  readonly looks: () => number;
  /** Time that the thread was ready to run and did not, so far, ms; `undefined` where the system does not tell. */
  readonly runDelayMs: () => number | undefined;
}

/** The bound of one read, and the stretch between two heartbeats in which it was made. */
export interface ReadDelay {
  readonly delayMs: number;
  readonly stretch: number;
}

/** What is known of the stamps of one answer. */
export interface AnswerDelays {
  readonly firstToken: ReadDelay;
  readonly lastToken: ReadDelay;
  /** How long the write of the request took: its bytes left at some moment of it. */
  readonly writeMs: number;
}

/**
 * For each read an upper bound of the time between the moment its bytes could be read and its stamp, seen from inside. They came
 * - after a wait in the kernel: while it lasted, because nothing was there when it began; what was not spent waiting since the last work can be delay;
 * - without a wait: since the look before, which began after the last work that is known from before it;
 * - after a wait that went on past the next heartbeat: since the last work, because the thread was held up.
 *
 * Reads behind others of the same look wait for the work on those too. Added is what the thread was without a core in the same stretch between two
 * heartbeats, as far as it waited in that stretch: from inside it looks like waiting.
 *
 * What the kernel needs to wake a thread is not seen from inside: `calibrateReads` measures it.
 */
export class ReadDelays {
  readonly #ports: ReadDelayPorts;
  readonly #heartbeatMs: number;
  readonly #reads: Histogram = createDelayHistogram();
  readonly #firstTokens: Histogram = createDelayHistogram();
  readonly #firstReads: Histogram = createDelayHistogram();
  readonly #lastReads: Histogram = createDelayHistogram();
  #looks: number | undefined;
  #idleMs = 0;
  /** The last look was not before this. */
  #lookedAfterMs = 0;
  /** What the last look found had not come before this. */
  #cameAfterMs = 0;
  #workEndMs = 0;
  #currentMs = 0;
  #currentStretch = 0;
  #stretch = 0;
  #waits = 0;
  /** All waits of the stretch, ms. */
  #waitedMs = 0;
  #readsOfStretch: number[] = [];
  #answersOfStretch: AnswerDelays[] = [];
  /** Stretches in which the thread was without a core for longer than it takes to wake, ms. */
  readonly #withoutCoreMs: Map<number, number> = new Map();
  #runDelayMs: number | undefined;

  /** @param heartbeatMs Longest time between two calls of `beat`. */
  constructor(ports: ReadDelayPorts, heartbeatMs: number) {
    this.#ports = ports;
    this.#heartbeatMs = heartbeatMs;
  }

  /** Forgets what was seen. */
  start(nowMs: number): void {
    for (const histogram of [this.#reads, this.#firstTokens, this.#firstReads, this.#lastReads]) histogram.reset();
    this.#readsOfStretch = [];
    this.#answersOfStretch = [];
    this.#waits = 0;
    this.#waitedMs = 0;
    this.#runDelayMs = this.#ports.runDelayMs();
    this.mark(nowMs);
  }

  /** A read was stamped `atMs`; gives the bound of its delay, ms. */
  onRead(atMs: number): number {
    this.#follow(atMs);
    const delayMs = Math.max(0, atMs - this.#cameAfterMs);
    this.#readsOfStretch.push(delayMs);
    return delayMs;
  }

  /** Takes note of looks at the sockets since the last call. */
  #follow(nowMs: number): void {
    const looks = this.#ports.looks();
    if (looks === this.#looks) return;
    const idleMs = this.#ports.idleMs();
    const isFirst = this.#looks === undefined;
    const waitedMs = isFirst ? 0 : idleMs - this.#idleMs;
    if (isFirst) this.#lookedAfterMs = this.#workEndMs = nowMs;
    this.#looks = looks;
    this.#idleMs = idleMs;
    const isHeldUp = waitedMs > this.#heartbeatMs + TIMER_SLACK_MS;
    const lookedAfterMs = isHeldUp ? this.#workEndMs : this.#workEndMs + waitedMs;
    this.#cameAfterMs = waitedMs > 0 ? lookedAfterMs : this.#lookedAfterMs;
    this.#lookedAfterMs = lookedAfterMs;
    if (waitedMs > 0) this.#waits += 1;
    this.#waitedMs += waitedMs;
  }

  /** The work for reads is done, for now. */
  onWorkEnd(nowMs: number): void {
    this.#workEndMs = nowMs;
  }

  /** The event loop has come round to something else than reads: a turn of a pacer, a heartbeat. */
  mark(nowMs: number): void {
    this.#follow(nowMs);
    this.#workEndMs = nowMs;
  }

  /** Ends a stretch; to be called every `heartbeatMs`. */
  beat(nowMs: number): void {
    this.mark(nowMs);
    this.#endStretch();
  }

  #endStretch(): void {
    const runDelayMs = this.#ports.runDelayMs();
    if (runDelayMs !== undefined && this.#runDelayMs !== undefined) {
      // Between waits the clock shows it: only inside them it is not seen.
      const excessMs = Math.min(this.#waitedMs, runDelayMs - this.#runDelayMs - CORE_PER_WAIT_MS * this.#waits);
      if (excessMs > 0) this.#withoutCoreMs.set(this.#stretch, excessMs);
    }
    this.#runDelayMs = runDelayMs;
    const excessMs = this.#excessMs(this.#stretch);
    for (const delayMs of this.#readsOfStretch) this.#reads.record(toNs(delayMs + excessMs));
    for (const answer of this.#answersOfStretch) this.#recordAnswer(answer);
    this.#readsOfStretch.length = 0;
    this.#answersOfStretch.length = 0;
    this.#waits = 0;
    this.#waitedMs = 0;
    this.#stretch += 1;
  }

  #recordAnswer({ firstToken, lastToken, writeMs }: AnswerDelays): void {
    const firstMs = firstToken.delayMs + this.#excessMs(firstToken.stretch);
    const lastMs = lastToken.delayMs + this.#excessMs(lastToken.stretch);
    this.#firstTokens.record(toNs(Math.max(firstMs, writeMs)));
    this.#firstReads.record(toNs(firstMs));
    this.#lastReads.record(toNs(lastMs));
  }

  #excessMs(stretch: number): number {
    return this.#withoutCoreMs.get(stretch) ?? 0;
  }

  /**
   * The read whose bytes are taken now.
   *
   * @param stretch The one in which it was read, where that was earlier: time without a core is that of the read
   */
  take(delayMs: number, stretch: number = this.#stretch): void {
    this.#currentMs = delayMs;
    this.#currentStretch = stretch;
  }

  /** Number of the stretch that has not ended yet. */
  get stretch(): number {
    return this.#stretch;
  }

  /** The bound of the read whose bytes are taken now. */
  get current(): ReadDelay {
    return { delayMs: this.#currentMs, stretch: this.#currentStretch };
  }

  /** A good answer of the measured phase has ended. */
  countAnswer(answer: AnswerDelays): void {
    this.#answersOfStretch.push(answer);
  }

  /** No read counts after this. */
  stop(): void {
    this.#endStretch();
  }

  get reads(): DelayFigures | undefined {
    return figuresOf(this.#reads);
  }

  get firstTokens(): DelayFigures | undefined {
    return figuresOf(this.#firstTokens);
  }

  /**
   * First or last tokens, whichever have the larger mean. A late last token makes an answer's time between them longer, a late first one shorter: the mean
   * over answers is off by no more than the larger of both means.
   */
  get spans(): DelayFigures | undefined {
    const first = figuresOf(this.#firstReads);
    const last = figuresOf(this.#lastReads);
    return first !== undefined && last !== undefined && first.meanMs > last.meanMs ? first : last;
  }

  /** All of it. */
  get health(): ReadDelayHealth {
    const { reads, firstTokens, spans, isCoreTimeKnown } = this;
    return { reads, firstTokens, spans, isCoreTimeKnown };
  }

  /** Whether the system tells for how long the thread was without a core. */
  get isCoreTimeKnown(): boolean {
    return this.#runDelayMs !== undefined;
  }
}

const createDelayHistogram = (): Histogram => createHistogram({ lowest: 1, highest: HOUR_NS, digits: 3 });

function toNs(ms: number): number {
  return Math.min(Math.round(ms * 1e6), HOUR_NS);
}

/**
 * A latency's quantile is interpolated between two ranks, and the upper one may be far off where the lower one is not: its bound is the upper one's, and one
 * standard error of the rank above, because which latencies a delay hits is chance.
 */
function figuresOf(histogram: Histogram): DelayFigures | undefined {
  const { count } = histogram;
  if (count === 0) return undefined;
  const ms = (q: number): number => {
    const rank = Math.floor((count - 1) * q) + 2 + Math.sqrt(count * q * (1 - q));
    return histogram.quantile(Math.min(1, rank / count)) / 1e6;
  };
  return {
    count,
    meanMs: histogram.mean / 1e6,
    p50Ms: ms(0.5),
    p90Ms: ms(0.9),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
    p999Ms: ms(0.999),
    maxMs: histogram.max / 1e6,
  };
}
