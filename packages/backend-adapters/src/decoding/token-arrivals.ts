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

  /**
   * The pairs when every one of `contentEvents` told its tokens. Together they are the `outputTokens` of the answer, less those of which no
   * content came: an end token, a stop string, the frame of a tool call.
   */
  pairsOf(outputTokens: number | undefined, contentEvents: number): readonly number[] | undefined {
    const arrivals = this.#arrivals;
    if (this.#isUnknown || arrivals === undefined || outputTokens === undefined) return undefined;
    return this.#events === contentEvents && arrivals.total <= outputTokens ? arrivals.pairs : undefined;
  }
}
