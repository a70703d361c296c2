/** A burst is over when nothing came for this long. */
const QUIET_MS = 0.3;

/**
 * Work that may wait a moment, done in short slices between reads of the sockets, and not at all while a burst of reads goes on: whatever arrives
 * meanwhile is read, and stamped, in time.
 */
export class TurnQueue {
  readonly #nowMs: () => number;
  readonly #sliceMs: number;
  readonly #holdMs: number;
  #tasks: (() => void)[] = [];
  #next = 0;
  #isScheduled = false;
  #sinceMs = 0;
  #lastAddMs = 0;

  /** `sliceMs`: longest work at a time, one task at least. `holdMs`: longest wait for the end of a burst. */
  constructor(nowMs: () => number, sliceMs: number, holdMs: number) {
    this.#nowMs = nowMs;
    this.#sliceMs = sliceMs;
    this.#holdMs = holdMs;
  }

  /** Runs `task` after everything that was added before it. */
  add(task: () => void): void {
    this.#tasks.push(task);
    this.#lastAddMs = this.#nowMs();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#sinceMs = this.#lastAddMs;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    const startMs = this.#nowMs();
    const isHeld = startMs - this.#lastAddMs < QUIET_MS && startMs - this.#sinceMs < this.#holdMs;
    if (!isHeld) this.#work(startMs + this.#sliceMs);
    if (this.#next < this.#tasks.length) {
      setImmediate(this.#turn);
      return;
    }
    this.#tasks = [];
    this.#next = 0;
    this.#isScheduled = false;
  };

  #work(untilMs: number): void {
    do {
      const task = this.#tasks[this.#next];
      this.#next++;
      task?.();
    } while (this.#next < this.#tasks.length && this.#nowMs() < untilMs);
  }
}
