/** Rings that come later than the lead, at the most. */
const LATE_SHARE = 0.005;
const STEP_MS = 0.1;
const FIRST_MS = 1;
const LEAST_MS = 0.15;
const MOST_MS = 2;

/**
 * How long before a deadline an alarm should ring, so that the thread is awake when it comes: the delay that all but a few rings stayed below, followed as machine and load
 * change (stochastic approximation of a quantile, Robbins and Monro 1951).
 */
export class AlarmLead {
  #leadMs = FIRST_MS;

  get leadMs(): number {
    return this.#leadMs;
  }

  /** An alarm has rung `lateMs` after its time. */
  observe(lateMs: number): void {
    const step = lateMs > this.#leadMs ? STEP_MS * (1 - LATE_SHARE) : -STEP_MS * LATE_SHARE;
    this.#leadMs = Math.min(MOST_MS, Math.max(LEAST_MS, this.#leadMs + step));
  }
}
