import { createEngine } from '../engine/create-engine.ts';
import { DueQueue } from '../engine/due-queue.ts';
import type { Engine, EngineJob } from '../engine/engine.ts';
import { createVirtualClock } from '../engine/engine-clock.ts';
import { resolveOptions } from '../options.ts';
import type { EngineModel } from './engine-model.ts';
import type { ObservedRequest, ObservedRun } from './observed-run.ts';

/** A request of an observed run on its way through the model. */
class ReplayedJob implements EngineJob {
  readonly index: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly promptTokenIds: ArrayLike<number> = [];
  arrivalMs = 0;
  #firstTokenMs = Number.NaN;
  #lastTokenMs = Number.NaN;
  readonly #onEnd: (nowMs: number) => void;

  constructor(index: number, { promptTokens, outputTokens }: ObservedRequest, onEnd: (nowMs: number) => void) {
    this.index = index;
    // An engine computes at least the last token of a prompt.
    this.promptTokens = Math.max(1, promptTokens);
    this.outputTokens = outputTokens;
    this.#onEnd = onEnd;
  }

  onStart(): void {
    // The time in the queue is part of the time to the first token.
  }

  onTokens(generated: number, nowMs: number): void {
    if (generated === 1) this.#firstTokenMs = nowMs;
    this.#lastTokenMs = nowMs;
    if (generated >= this.outputTokens) this.#onEnd(nowMs);
  }

  result(): ObservedRequest {
    return {
      sentMs: this.arrivalMs,
      firstTokenMs: this.#firstTokenMs,
      lastTokenMs: this.#lastTokenMs,
      promptTokens: this.promptTokens,
      outputTokens: this.outputTokens,
    };
  }
}

/**
 * The requests of a run as the batching engine of the simulator would have answered them, in virtual time. Arrivals are those
 * of the run; with `concurrency` they follow from the model's own answers, as in a closed loop.
 */
export function predictRun({ requests, concurrency }: ObservedRun, model: EngineModel): readonly ObservedRequest[] {
  const clock = createVirtualClock();
  const queue = new DueQueue(clock);
  const batching = { ...model.batching, hasPrefixCache: false };
  const engine: Engine = createEngine(
    resolveOptions({ engine: 'batching', slots: model.slots, batching }),
    queue,
    clock,
  );
  let next = 0;
  const submitNext = (nowMs: number): void => {
    const job = jobs[next];
    next += 1;
    if (job === undefined) return;
    job.arrivalMs = nowMs;
    engine.submit(job);
  };
  const { turnaroundMs = 0 } = model;
  const onEnd = (nowMs: number): void => {
    if (concurrency !== undefined) queue.schedule(nowMs + turnaroundMs, { isCancelled: false, run: submitNext });
  };
  const jobs = requests.map((request, index) => new ReplayedJob(index, request, onEnd));
  if (concurrency === undefined) {
    for (const { sentMs } of requests) {
      clock.runUntil(sentMs);
      submitNext(sentMs);
    }
  } else {
    for (let started = 0; started < concurrency; started += 1) submitNext(0);
  }
  clock.runUntil(Number.POSITIVE_INFINITY);
  return jobs.map((job) => job.result());
}
