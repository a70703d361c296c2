/** A name that fails all the time is not asked for more often. */
const RENEW_AFTER_MS = 1_000;

/** The addresses of one name: sorted, so that all workers of a load have the same, and asked for again when a connection to one of them failed. */
export class AddressBook {
  readonly #resolve: () => Promise<readonly string[]>;
  readonly #nowMs: () => number;
  #addresses: readonly string[];
  #askedAtMs: number;
  #isClosed = false;
  #onChange: () => void = () => undefined;

  private constructor(resolve: () => Promise<readonly string[]>, nowMs: () => number, addresses: readonly string[]) {
    this.#resolve = resolve;
    this.#nowMs = nowMs;
    this.#addresses = addresses;
    this.#askedAtMs = nowMs();
  }

  /** Rejects with what `resolve` rejects with. */
  static async open(resolve: () => Promise<readonly string[]>, nowMs: () => number): Promise<AddressBook> {
    return new AddressBook(resolve, nowMs, sorted(await resolve()));
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Asks again; what is known stays where no answer comes. */
  renew(): void {
    const nowMs = this.#nowMs();
    if (this.#isClosed || nowMs - this.#askedAtMs < RENEW_AFTER_MS) return;
    this.#askedAtMs = nowMs;
    this.#resolve().then(
      (found) => {
        const addresses = sorted(found);
        if (this.#isClosed || addresses.length === 0 || addresses.join() === this.#addresses.join()) return;
        this.#addresses = addresses;
        this.#onChange();
      },
      // The resolver is short of an answer, not the load of addresses.
      () => undefined,
    );
  }

  close(): void {
    this.#isClosed = true;
  }
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].toSorted();
}
