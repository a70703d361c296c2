import type { RequestSample } from '../backend/backend.ts';
import type { PreparedRequest } from '../transport/transport.ts';

/** A request whose bytes stand ready, not yet sent. */
export interface PlannedRequest {
  readonly index: number;
  readonly phase: 'warmup' | 'measure';
  readonly sample: RequestSample;
  readonly prepared: PreparedRequest;
}

/**
 * A window of requests encoded before they are due. `take` hands them out by index, in order, and prepares on the spot
 * when the window ran empty, so that nothing is ever skipped.
 */
export class LookAhead {
  readonly #prepareAt: (index: number) => PlannedRequest;
  readonly #count: number;
  readonly #window: number;
  readonly #ready: PlannedRequest[] = [];
  #head = 0;
  #nextToPrepare = 0;
  #nextToTake = 0;

  /** @param count Number of requests there are; infinite where only time bounds them. */
  constructor(prepareAt: (index: number) => PlannedRequest, count: number, window: number) {
    this.#prepareAt = prepareAt;
    this.#count = count;
    this.#window = window;
  }

  get isFull(): boolean {
    return this.#nextToPrepare >= this.#count || this.#ready.length - this.#head >= this.#window;
  }

  get isExhausted(): boolean {
    return this.#nextToTake >= this.#count;
  }

  get nextIndex(): number {
    return this.#nextToTake;
  }

  /** Prepares one more request; false when the window is full. */
  fillOne(): boolean {
    if (this.isFull) return false;
    this.#ready.push(this.#prepareAt(this.#nextToPrepare));
    this.#nextToPrepare++;
    return true;
  }

  fill(): void {
    while (this.fillOne());
  }

  /** The next request, or `undefined` after the last one. */
  take(): PlannedRequest | undefined {
    if (this.isExhausted) return undefined;
    if (this.#head >= this.#ready.length) this.fillOne();
    const planned = this.#ready[this.#head];
    this.#head++;
    this.#nextToTake++;
    if (this.#head >= this.#window) {
      this.#ready.splice(0, this.#head);
      this.#head = 0;
    }
    return planned;
  }
}
