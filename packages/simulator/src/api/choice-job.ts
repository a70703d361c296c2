import type { EngineJob } from '../engine/engine.ts';

/** What one generation did to the engine, for the service's own counters. Times are seconds. */
export interface JobObserver {
  onStart(job: { readonly promptTokens: number; readonly cachedTokens: number }): void;
  /** Tokens of one step: the first one has the time since arrival, later ones the gap since the step before. */
  onTokens(count: number, seconds: number, isFirst: boolean): void;
  onFinish(summary: JobSummary): void;
}

/** A generation that ended by itself. Durations are seconds. */
export interface JobSummary {
  readonly reason: string;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly maxTokens: number;
  readonly queueSeconds: number;
  readonly prefillSeconds: number;
  readonly decodeSeconds: number;
  readonly totalSeconds: number;
}

/** The other side of a job: the answer that its tokens go to. */
export interface JobListener {
  onJobStart(job: ChoiceJob, cachedTokens: number): void;
  onJobTokens(job: ChoiceJob, generated: number): void;
}

/** One choice of an answer as the engine's job; measures itself for the metrics. */
export class ChoiceJob implements EngineJob {
  readonly index: number;
  readonly choice: number;
  /** What the model reads. */
  readonly prompt: ArrayLike<number>;
  /** What the prefix cache goes by: the prompt, apart from those with another salt. */
  readonly promptTokenIds: ArrayLike<number>;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Tokens that were sent to the client. */
  sent = 0;
  readonly #maxTokens: number;
  readonly #reason: string;
  readonly #listener: JobListener;
  readonly #observer: JobObserver;
  readonly arrivalMs: number;
  #startMs = 0;
  #firstMs = 0;
  #lastMs = 0;
  #generated = 0;
  #cachedTokens = 0;

  constructor(
    place: { readonly index: number; readonly choice: number; readonly arrivalMs: number },
    prompt: ArrayLike<number>,
    size: {
      readonly outputTokens: number;
      readonly maxTokens: number;
      readonly finishReason: string;
      readonly cacheSalt?: string | undefined;
    },
    listener: JobListener,
    observer: JobObserver,
  ) {
    this.index = place.index;
    this.choice = place.choice;
    this.arrivalMs = place.arrivalMs;
    this.prompt = prompt;
    this.promptTokenIds = size.cacheSalt === undefined ? prompt : saltedIds(prompt, size.cacheSalt);
    this.promptTokens = prompt.length;
    this.outputTokens = size.outputTokens;
    this.#maxTokens = size.maxTokens;
    this.#reason = size.finishReason;
    this.#listener = listener;
    this.#observer = observer;
  }

  onStart(nowMs: number, cachedTokens: number): void {
    this.#startMs = nowMs;
    this.#cachedTokens = cachedTokens;
    this.#observer.onStart({ promptTokens: this.promptTokens, cachedTokens });
    this.#listener.onJobStart(this, cachedTokens);
  }

  onTokens(generated: number, nowMs: number): void {
    if (this.#generated === 0) {
      this.#firstMs = nowMs;
      this.#observer.onTokens(1, (nowMs - this.arrivalMs) / 1000, true);
      if (generated > 1) this.#observer.onTokens(generated - 1, 0, false);
    } else {
      this.#observer.onTokens(generated - this.#generated, (nowMs - this.#lastMs) / 1000, false);
    }
    this.#generated = generated;
    this.#lastMs = nowMs;
    if (generated >= this.outputTokens) this.#finish(nowMs);
    this.#listener.onJobTokens(this, generated);
  }

  #finish(nowMs: number): void {
    this.#observer.onFinish({
      reason: this.#reason,
      promptTokens: this.promptTokens,
      cachedTokens: this.#cachedTokens,
      outputTokens: this.outputTokens,
      maxTokens: this.#maxTokens,
      queueSeconds: (this.#startMs - this.arrivalMs) / 1000,
      prefillSeconds: (this.#firstMs - this.#startMs) / 1000,
      decodeSeconds: (nowMs - this.#firstMs) / 1000,
      totalSeconds: (nowMs - this.arrivalMs) / 1000,
    });
  }
}

/** Other IDs for other salts, the same ones for the same salt. */
function saltedIds(prompt: ArrayLike<number>, salt: string): readonly number[] {
  let hash = 0x811c9dc5;
  for (let at = 0; at < salt.length; at++) hash = Math.imul(hash ^ salt.charCodeAt(at), 0x01000193);
  return Array.from(prompt, (id) => id ^ hash);
}
