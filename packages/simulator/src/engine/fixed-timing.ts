import type { DueQueue, DueTask } from './due-queue.ts';
import type { Engine, EngineJob, EngineLoad } from './engine.ts';
import type { EngineClock } from './engine-clock.ts';
import { noiseAt } from './noise.ts';

/** Timing that is known beforehand: token k of a request is due at `start + ttftMs + k * itlMs`, absolute, jitter aside. */
export interface FixedTiming {
  readonly ttftMs: number;
  readonly itlMs: number;
  /** Half-width of a uniform error on every token's due time; order is kept. 0 for none. */
  readonly jitterMs: number;
  /** Requests served at once; the others wait in order. */
  readonly slots: number;
  /** Requests that may wait; one more is refused. */
  readonly queueLimit: number;
  /** Tokens per event after the first token, which is always alone (as with vLLM's `--stream-interval`). */
  readonly tokensPerEvent: number;
  readonly seed: number;
}

const FIRST_TOKEN_STREAM = 1;
const LATER_TOKEN_STREAM = 2;

class FixedTask implements DueTask {
  isCancelled = false;
  readonly job: EngineJob;
  readonly #engine: FixedTimingEngine;
  readonly startMs: number;
  #generated = 0;
  #lastDueMs = 0;

  constructor(engine: FixedTimingEngine, job: EngineJob, startMs: number) {
    this.#engine = engine;
    this.job = job;
    this.startMs = startMs;
  }

  /** Due time of the event that ends with token `index` (0-based). */
  dueMs(index: number): number {
    const { ttftMs, itlMs, jitterMs, seed } = this.#engine.timing;
    let dueMs = this.startMs + ttftMs + index * itlMs;
    if (jitterMs > 0) {
      const stream = index === 0 ? FIRST_TOKEN_STREAM : LATER_TOKEN_STREAM + this.job.index;
      dueMs += (2 * noiseAt(seed, stream, index === 0 ? this.job.index : index) - 1) * jitterMs;
    }
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs, this.startMs);
    return this.#lastDueMs;
  }

  #eventEnd(): number {
    if (this.#generated === 0) return 1;
    return Math.min(this.job.outputTokens, this.#generated + this.#engine.timing.tokensPerEvent);
  }

  next(): void {
    this.#engine.queue.schedule(this.dueMs(this.#eventEnd() - 1), this);
  }

  run(nowMs: number): void {
    this.#generated = this.#eventEnd();
    const isLast = this.#generated >= this.job.outputTokens;
    if (isLast) this.#engine.release(this);
    this.job.onTokens(this.#generated, nowMs);
    if (!isLast && !this.isCancelled) this.next();
  }
}

/** See {@link FixedTiming}. With `ttftMs` and `itlMs` 0 and no slot limit everything is generated inside `submit`. */
export class FixedTimingEngine implements Engine {
  readonly timing: FixedTiming;
  readonly queue: DueQueue;
  readonly #clock: EngineClock;
  readonly #running = new Map<EngineJob, FixedTask>();
  readonly #waiting = new Set<EngineJob>();

  constructor(timing: FixedTiming, queue: DueQueue, clock: EngineClock) {
    this.timing = timing;
    this.queue = queue;
    this.#clock = clock;
  }

  submit(job: EngineJob): boolean {
    if (this.#running.size < this.timing.slots) {
      // What the service needs to look at a request does not delay its tokens.
      this.#start(job, job.arrivalMs);
      return true;
    }
    if (this.#waiting.size >= this.timing.queueLimit) return false;
    this.#waiting.add(job);
    return true;
  }

  cancel(job: EngineJob): void {
    this.#waiting.delete(job);
    const task = this.#running.get(job);
    if (task === undefined) return;
    task.isCancelled = true;
    this.release(task);
  }

  load(): EngineLoad {
    return { running: this.#running.size, waiting: this.#waiting.size, kvCacheUsage: 0 };
  }

  /** There is no prefix cache. */
  forgetPrefixes(): boolean {
    return this.#running.size === 0;
  }

  release(task: FixedTask): void {
    this.#running.delete(task.job);
    while (this.#running.size < this.timing.slots) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      this.#waiting.delete(next);
      this.#start(next, this.#clock.nowMs());
    }
  }

  #start(job: EngineJob, startMs: number): void {
    const nowMs = this.#clock.nowMs();
    job.onStart(startMs, 0);
    if (this.timing.ttftMs === 0 && this.timing.itlMs === 0 && this.timing.jitterMs === 0) {
      job.onTokens(job.outputTokens, nowMs);
      return;
    }
    const task = new FixedTask(this, job, startMs);
    this.#running.set(job, task);
    task.next();
  }
}
