import type { EngineClock } from './engine-clock.ts';

/** Something that happens at a time of its own. A cancelled task stays in the heap until its turn and is then skipped. */
export interface DueTask {
  isCancelled: boolean;
  run(nowMs: number): void;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly task: DueTask;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/**
 * A binary heap of tasks over one wake-up of a clock; all tasks due at a wake-up run in that one tick, earliest first. A tick that lasts longer than
 * `sliceMs` goes on after the sockets were read, so that requests which arrive meanwhile are stamped in time.
 */
export class DueQueue {
  readonly #clock: EngineClock;
  readonly #sliceMs: number;
  readonly #heap: Entry[] = [];
  #order = 0;
  #armedMs = Number.POSITIVE_INFINITY;
  #isRunning = false;

  constructor(clock: EngineClock, sliceMs: number = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
  }

  get size(): number {
    return this.#heap.length;
  }

  schedule(dueMs: number, task: DueTask): void {
    this.#push({ dueMs, order: this.#order++, task });
    if (!this.#isRunning && dueMs < this.#armedMs) this.#arm();
  }

  /** Drops every task. */
  clear(): void {
    this.#heap.length = 0;
    this.#armedMs = Number.POSITIVE_INFINITY;
    this.#clock.cancel();
  }

  readonly #tick = (): void => {
    this.#armedMs = Number.POSITIVE_INFINITY;
    this.#isRunning = true;
    try {
      const nowMs = this.#clock.nowMs();
      for (let top = this.#heap[0]; top !== undefined && top.dueMs <= nowMs; top = this.#heap[0]) {
        this.#pop();
        if (!top.task.isCancelled) top.task.run(nowMs);
        if (this.#clock.nowMs() - nowMs >= this.#sliceMs) break;
      }
    } finally {
      this.#isRunning = false;
      this.#arm();
    }
  };

  #arm(): void {
    const top = this.#heap[0];
    if (top === undefined) return;
    this.#armedMs = top.dueMs;
    this.#clock.wakeAt(top.dueMs, this.#tick);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      if (child === undefined) break;
      const right = heap[childAt + 1];
      if (right !== undefined && isBefore(right, child)) {
        childAt++;
        child = right;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}
