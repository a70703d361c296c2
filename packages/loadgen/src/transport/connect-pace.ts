/** A timer that comes late may make up for this much, ms; it keeps rates above a thousand a second within reach. */
const CREDIT_MS = 2;

/** Turns at an even pace: over any time of `t` seconds at most `ratePerSecond × (t + 0.002) + 1` of them. */
export class ConnectPace {
  readonly #gapMs: number;
  #nextAtMs: number | undefined;
  #shiftMs: number;

  /** `shiftMs` holds the first turn back, so that several workers take theirs in between each other. */
  constructor(ratePerSecond: number, shiftMs = 0) {
    this.#gapMs = 1000 / ratePerSecond;
    this.#shiftMs = shiftMs;
  }

  /** Milliseconds until the next turn; 0 when it can be taken now. */
  waitMs(nowMs: number): number {
    if (this.#shiftMs > 0) {
      this.#nextAtMs = nowMs + this.#shiftMs;
      this.#shiftMs = 0;
    }
    return this.#nextAtMs === undefined ? 0 : Math.max(0, this.#nextAtMs - nowMs);
  }

  take(nowMs: number): void {
    this.#nextAtMs = Math.max(this.#nextAtMs ?? nowMs, nowMs - CREDIT_MS) + this.#gapMs;
  }
}
