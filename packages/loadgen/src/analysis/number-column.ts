/** Growing column of doubles: eight bytes a value, so that a million requests stay small. */
export class NumberColumn {
  #values: Float64Array = new Float64Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The values in the order they came; valid until the next push. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
