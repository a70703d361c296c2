import { Arrivals } from './arrivals.ts';

/** Arrivals counted in tokens, for streams whose events tell how many they carry. */
export class TokenArrivals {
  #arrivals: Arrivals | undefined;
  #events = 0;
  #isUnknown = false;

  /** `tokens` of a content event; `undefined` when it does not tell. */
  add(atMs: number, tokens: number | undefined): void {
    if (this.#isUnknown) return;
    if (tokens === undefined || tokens < 1) {
      this.#isUnknown = true;
      return;
    }
    this.#events += 1;
    this.#arrivals ??= new Arrivals();
    this.#arrivals.add(atMs, tokens);
  }

  /** The pairs when every one of `contentEvents` told its tokens and together they are the `outputTokens` of the answer. */
  pairsOf(outputTokens: number | undefined, contentEvents: number): readonly number[] | undefined {
    const isWhole = !this.#isUnknown && this.#events === contentEvents && this.#arrivals?.total === outputTokens;
    return isWhole ? this.#arrivals?.pairs : undefined;
  }
}
