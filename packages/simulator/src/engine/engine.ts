/**
 * One generation as an engine sees it. The engine calls the `on…` methods; everything about HTTP is on the other side.
 */
export interface EngineJob {
  readonly promptTokens: number;
  /** Token IDs of the prompt, for the prefix cache; engines without one never read them. */
  readonly promptTokenIds: ArrayLike<number>;
  readonly outputTokens: number;
  /** Stable number of the request, the index of its random values. */
  readonly index: number;
  /** The request was read off its socket; monotonic milliseconds. */
  readonly arrivalMs: number;
  /** The job left the queue and holds a slot. */
  onStart(nowMs: number, cachedTokens: number): void;
  /** `generated` tokens exist now (monotone); equal to `outputTokens` at the end, and then the job is over. */
  onTokens(generated: number, nowMs: number): void;
}

/** Load figures of an engine at this moment. */
export interface EngineLoad {
  readonly running: number;
  readonly waiting: number;
  /** Used share of the KV blocks, 0 to 1. */
  readonly kvCacheUsage: number;
}

/** A model of an inference engine: takes jobs, gives tokens at times of its own. */
export interface Engine {
  /** False when the queue is full: the job was not taken. */
  submit(job: EngineJob): boolean;
  /** The client is gone: frees the slot or the place in the queue. Harmless for a finished job. */
  cancel(job: EngineJob): void;
  load(): EngineLoad;
  /** Forgets the prefixes of finished requests; false, and nothing forgotten, while requests run. */
  forgetPrefixes(): boolean;
}
