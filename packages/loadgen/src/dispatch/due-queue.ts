interface Due<T> {
  readonly atMs: number;
  readonly item: T;
}

/** Things that are due at different times, the earliest first; a binary heap. */
export class DueQueue<T> {
  readonly #heap: Due<T>[] = [];

  /** When the earliest is due; `undefined` without any. */
  get nextMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  push(atMs: number, item: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ atMs, item });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent]?.atMs ?? 0) <= atMs) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the earliest. */
  pop(): Due<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const child = this.#earlierChild(at);
      if (child === undefined || (heap[child]?.atMs ?? 0) >= last.atMs) return first;
      this.#swap(at, child);
      at = child;
    }
  }

  #earlierChild(at: number): number | undefined {
    const heap = this.#heap;
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= heap.length) return undefined;
    const rightMs = heap[right]?.atMs ?? Number.POSITIVE_INFINITY;
    return rightMs < (heap[left]?.atMs ?? 0) ? right : left;
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  }
}
