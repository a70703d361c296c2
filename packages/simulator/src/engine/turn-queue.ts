/**
 * Work that may wait a moment, done in short slices between reads of the sockets: whatever arrives meanwhile is read, and stamped, within a slice.
 */
export class TurnQueue {
  readonly #nowMs: () => number;
  readonly #sliceMs: number;
  #tasks: (() => void)[] = [];
  #next = 0;
  #isScheduled = false;

  constructor(nowMs: () => number, sliceMs: number) {
    this.#nowMs = nowMs;
    this.#sliceMs = sliceMs;
  }

  /** Runs `task` after everything that was added before it. */
  add(task: () => void): void {
    this.#tasks.push(task);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    const untilMs = this.#nowMs() + this.#sliceMs;
    do {
      const task = this.#tasks[this.#next];
      this.#next++;
      task?.();
    } while (this.#next < this.#tasks.length && this.#nowMs() < untilMs);
    if (this.#next < this.#tasks.length) {
      setImmediate(this.#turn);
      return;
    }
    this.#tasks = [];
    this.#next = 0;
    this.#isScheduled = false;
  };
}
