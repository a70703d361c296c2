/** Takes at most `most` of `total` items that come one by one, evenly spaced; all of them when they fit. */
export class Thinning<T> {
  readonly taken: T[] = [];
  readonly #step: number;
  #seen = 0;

  constructor(total: number, most: number) {
    this.#step = Math.max(total / most, 1);
  }

  /** Calls `make` only for an item that is taken. */
  offer(make: () => T): void {
    if (this.#seen++ === Math.floor(this.taken.length * this.#step)) this.taken.push(make());
  }
}
