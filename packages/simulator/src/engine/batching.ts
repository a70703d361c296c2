import type { DueQueue, DueTask } from './due-queue.ts';
import type { Engine, EngineJob, EngineLoad } from './engine.ts';
import type { EngineClock } from './engine-clock.ts';
import { KvCache, type KvReservation } from './kv-cache.ts';

/** Costs and sizes of the batching engine; milliseconds and tokens. */
export interface BatchingModel {
  readonly stepMs: number;
  readonly prefillMsPerToken: number;
  readonly decodeMsPerSequence: number;
  readonly maxBatchedTokens: number;
  readonly blockTokens: number;
  readonly kvBlocks: number;
  readonly hasPrefixCache: boolean;
  readonly slots: number;
  readonly queueLimit: number;
}

interface Sequence {
  readonly job: EngineJob;
  readonly kv: KvReservation;
  /** Prompt tokens in the KV cache, cached ones included. */
  computed: number;
  generated: number;
  /** Prompt tokens that the current step computes. */
  stepTokens: number;
}

/**
 * Continuous batching, one step after another. A step decodes one token of every running sequence whose prompt is
 * complete and computes prompt tokens with what is left of the token budget, first come first served. It costs
 * `stepMs + prefillTokens * prefillMsPerToken + decodes * decodeMsPerSequence`. Sequences enter between steps, when a slot
 * and all KV blocks they can need are free. Steps follow each other on the due times: a late timer does not add up.
 */
export class BatchingEngine implements Engine {
  readonly #model: BatchingModel;
  readonly #queue: DueQueue;
  readonly #clock: EngineClock;
  readonly #kv: KvCache;
  readonly #waiting = new Set<EngineJob>();
  readonly #running = new Map<EngineJob, Sequence>();
  readonly #stepEnd: DueTask;
  readonly #onStep: ((tokens: number) => void) | undefined;
  #stepEndMs = 0;
  #isStepping = false;

  constructor(model: BatchingModel, queue: DueQueue, clock: EngineClock, onStep?: (tokens: number) => void) {
    this.#onStep = onStep;
    this.#model = model;
    this.#queue = queue;
    this.#clock = clock;
    this.#kv = new KvCache(model);
    this.#stepEnd = { isCancelled: false, run: (nowMs) => this.#endStep(nowMs) };
  }

  submit(job: EngineJob): boolean {
    if (!this.#kv.canEverHold(job.promptTokens + job.outputTokens)) return false;
    const isIdle = this.#waiting.size === 0 && this.#running.size < this.#model.slots;
    if (!isIdle && this.#waiting.size >= this.#model.queueLimit) return false;
    this.#waiting.add(job);
    if (!this.#isStepping) this.#startStep(this.#clock.nowMs(), this.#clock.nowMs());
    return true;
  }

  cancel(job: EngineJob): void {
    this.#waiting.delete(job);
    const sequence = this.#running.get(job);
    if (sequence === undefined) return;
    this.#running.delete(job);
    this.#kv.release(sequence.kv);
  }

  load(): EngineLoad {
    return { running: this.#running.size, waiting: this.#waiting.size, kvCacheUsage: this.#kv.usage };
  }

  forgetPrefixes(): boolean {
    return this.#kv.forget();
  }

  #admit(nowMs: number): void {
    for (const job of this.#waiting) {
      if (this.#running.size >= this.#model.slots) return;
      const kv = this.#kv.reserve(job.promptTokenIds, job.promptTokens + job.outputTokens);
      // First come first served: a small request does not overtake one that waits for memory.
      if (kv === undefined) return;
      this.#waiting.delete(job);
      this.#running.set(job, { job, kv, computed: kv.cachedTokens, generated: 0, stepTokens: 0 });
      job.onStart(nowMs, kv.cachedTokens);
    }
  }

  #startStep(startMs: number, nowMs: number): void {
    this.#admit(nowMs);
    this.#isStepping = this.#running.size > 0;
    if (!this.#isStepping) return;
    const model = this.#model;
    let decodes = 0;
    for (const sequence of this.#running.values()) if (sequence.computed >= sequence.job.promptTokens) decodes++;
    let budget = Math.max(1, model.maxBatchedTokens - decodes);
    let prefillTokens = 0;
    for (const sequence of this.#running.values()) {
      sequence.stepTokens = Math.min(budget, Math.max(0, sequence.job.promptTokens - sequence.computed));
      budget -= sequence.stepTokens;
      prefillTokens += sequence.stepTokens;
    }
    const costMs = model.stepMs + prefillTokens * model.prefillMsPerToken + decodes * model.decodeMsPerSequence;
    this.#onStep?.(prefillTokens + decodes);
    this.#stepEndMs = startMs + costMs;
    this.#queue.schedule(this.#stepEndMs, this.#stepEnd);
  }

  #endStep(nowMs: number): void {
    // Sequences that enter while tokens are handed out belong to the next step.
    for (const sequence of [...this.#running.values()]) {
      if (sequence.computed < sequence.job.promptTokens) {
        if (sequence.stepTokens === 0) continue;
        sequence.computed += sequence.stepTokens;
        if (sequence.computed < sequence.job.promptTokens) continue;
        if (this.#running.get(sequence.job) === sequence) this.#kv.publish(sequence.kv);
      }
      if (this.#running.get(sequence.job) !== sequence) continue;
      sequence.generated++;
      if (sequence.generated >= sequence.job.outputTokens) this.cancel(sequence.job);
      sequence.job.onTokens(sequence.generated, nowMs);
    }
    this.#startStep(this.#stepEndMs, nowMs);
  }
}
