/** Numbers that grow one by one in one typed array: eight bytes a value, whatever their number. */
export class Series {
  #values = new Float64Array(1024);
  #length = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  /** The values in the order they came. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
