import type { DecodedResponse } from '@assay/loadgen';
import type { TritonResponse } from '@assay/wire';
import { Arrivals } from '../openai/arrivals.ts';

/**
 * Arrivals of content, in tokens where the backend counts them per response, else in events. Tokens of a response without text
 * (bytes held back by the detokenizer) arrive with the next one that has some; those after the last text (the end token) do not arrive.
 */
export class TokenArrivals {
  readonly #events = new Arrivals();
  /** `undefined` once a response came without a count, or with text and a count of nothing. */
  #tokens: Arrivals | undefined = new Arrivals();
  #heldTokens = 0;

  add(response: TritonResponse, atMs: number): void {
    if (response.hasContent) this.#events.add(atMs, 1);
    if (this.#tokens === undefined) return;
    if (response.outputTokens === undefined) {
      this.#tokens = undefined;
      return;
    }
    this.#heldTokens += response.outputTokens;
    if (!response.hasContent) return;
    if (this.#heldTokens === 0) {
      this.#tokens = undefined;
      return;
    }
    this.#tokens.add(atMs, this.#heldTokens);
    this.#heldTokens = 0;
  }

  /** The two fields of a decoded response. */
  get fields(): Pick<DecodedResponse, 'arrivals' | 'arrivalsUnit'> {
    const tokens = this.#tokens;
    return tokens === undefined || tokens.total === 0
      ? { arrivals: this.#events.pairs, arrivalsUnit: 'events' }
      : { arrivals: tokens.pairs, arrivalsUnit: 'tokens' };
  }
}
