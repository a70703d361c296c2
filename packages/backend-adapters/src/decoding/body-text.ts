/** Longest body that is kept; a complete answer is far below, and the rest of a larger one would only fill the memory. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Collects a body that is read as a whole. */
export class BodyText {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;
  isTooLarge = false;

  append(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes += end - start;
    if (this.#bytes > MAX_BODY_BYTES) this.isTooLarge = true;
    // A copy: the read buffer is used again, and `slice` of a Node buffer is a view.
    else this.#parts.push(new Uint8Array(bytes.subarray(start, end)));
  }

  get bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }
}

/** A JSON object in a text; `undefined` when it is anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // the caller reports what it got instead
  }
}
