import { createEngine } from './engine/create-engine.ts';
import { DueQueue } from './engine/due-queue.ts';
import type { EngineJob } from './engine/engine.ts';
import { createVirtualClock } from './engine/engine-clock.ts';
import { resolveOptions, type SimulatorOptions } from './options.ts';

/** One request of a virtual run. */
export interface VirtualArrival {
  /** Milliseconds since the start; arrivals are in order of time. */
  readonly atMs: number;
  /** Token IDs, or a number of tokens that no other request shares. */
  readonly prompt: readonly number[] | number;
  readonly outputTokens: number;
}

/** What the engine did with one request. Times are milliseconds since the start; `undefined` when refused. */
export interface VirtualOutcome {
  readonly arrivalMs: number;
  readonly isRefused: boolean;
  readonly startMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly lastTokenMs: number | undefined;
  readonly tokens: number;
  readonly cachedTokens: number;
}

class VirtualJob implements EngineJob {
  readonly index: number;
  readonly promptTokenIds: ArrayLike<number>;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly arrivalMs: number;
  isRefused = false;
  #startMs: number | undefined;
  #firstTokenMs: number | undefined;
  #lastTokenMs: number | undefined;
  #tokens = 0;
  #cachedTokens = 0;

  constructor(index: number, arrival: VirtualArrival) {
    this.index = index;
    this.arrivalMs = arrival.atMs;
    this.outputTokens = arrival.outputTokens;
    const { prompt } = arrival;
    // A prompt given by its length starts with a token of its own, so that no two of them share a block.
    this.promptTokenIds =
      typeof prompt === 'number' ? Array.from({ length: prompt }, (_, k) => (k === 0 ? -1 - index : k)) : prompt;
    this.promptTokens = this.promptTokenIds.length;
  }

  onStart(nowMs: number, cachedTokens: number): void {
    this.#startMs = nowMs;
    this.#cachedTokens = cachedTokens;
  }

  onTokens(generated: number, nowMs: number): void {
    this.#firstTokenMs ??= nowMs;
    this.#lastTokenMs = nowMs;
    this.#tokens = generated;
  }

  outcome(): VirtualOutcome {
    return {
      arrivalMs: this.arrivalMs,
      isRefused: this.isRefused,
      startMs: this.#startMs,
      firstTokenMs: this.#firstTokenMs,
      lastTokenMs: this.#lastTokenMs,
      tokens: this.#tokens,
      cachedTokens: this.#cachedTokens,
    };
  }
}

/**
 * Runs arrivals through the same engine code in virtual time, to the end: no sockets, no waiting, same result every time.
 *
 * @throws SimulatorError SIM_OPTION_INVALID
 */
export function simulateVirtual(
  arrivals: readonly VirtualArrival[],
  options: SimulatorOptions = {},
): readonly VirtualOutcome[] {
  const clock = createVirtualClock();
  const queue = new DueQueue(clock);
  const engine = createEngine(resolveOptions(options), queue, clock);
  const jobs = arrivals.map((arrival, index) => new VirtualJob(index, arrival));
  for (const job of jobs) {
    clock.runUntil(job.arrivalMs);
    job.isRefused = !engine.submit(job);
  }
  clock.runUntil(Number.POSITIVE_INFINITY);
  return jobs.map((job) => job.outcome());
}
