import type { AnswerTimes } from './answer-summary.ts';
import { Arrivals } from './arrivals.ts';

/**
 * Keeps when content came and how many tokens each event carried, for protocols that tell the running total. Tokens without text, such as
 * the first ones of a character, arrive with the text that they make; those after the last text, such as the end token, do not arrive.
 */
export class TokenProgress {
  readonly #tokens = new Arrivals();
  readonly #events = new Arrivals();
  /** Tokens whose text has not come yet. */
  #pending = 0;
  #isCounted = true;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;
  #contentEvents = 0;

  get hasFirstToken(): boolean {
    return this.#firstAtMs !== undefined;
  }

  get contentEvents(): number {
    return this.#contentEvents;
  }

  /** One event at `atMs`; `newTokens` is how many more tokens it tells of, `undefined` when it does not say. */
  add(atMs: number, hasContent: boolean, newTokens: number | undefined): void {
    this.#pending += newTokens ?? 0;
    if (!hasContent) return;
    this.#contentEvents += 1;
    this.#firstAtMs ??= atMs;
    this.#lastAtMs = atMs;
    this.#events.add(atMs, 1);
    if (newTokens === undefined) this.#isCounted = false;
    if (this.#pending > 0) this.#tokens.add(atMs, this.#pending);
    this.#pending = 0;
  }

  /** The part of the answer's record that speaks of times. */
  get times(): AnswerTimes {
    const isCounted = this.#isCounted && this.#tokens.total > 0;
    return {
      firstTokenAtMs: this.#firstAtMs,
      firstAnswerTokenAtMs: this.#firstAtMs,
      lastTokenAtMs: this.#lastAtMs,
      arrivals: isCounted ? this.#tokens.pairs : this.#events.pairs,
      arrivalsUnit: isCounted ? 'tokens' : 'events',
      contentEvents: this.#contentEvents,
    };
  }
}
