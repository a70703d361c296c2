import type { SglangOutput } from '@assay/wire';

/** What an event adds to the answer so far. */
export interface Growth {
  readonly hasContent: boolean;
  /** `undefined` when the event does not say how many tokens there are. */
  readonly newTokens: number | undefined;
}

/**
 * Tells what each event of a stream adds. Text and token IDs are repeated from the start in every event, or, on a server started with
 * `--incremental-streaming-output`, are the new ones alone; nothing in an event says which. They are taken for repeated until an event disproves it:
 * its list starts otherwise, is shorter, or did not grow while the token count did. `completion_tokens` grows in both kinds.
 */
export class OutputGrowth {
  #isIncremental = false;
  #text = '';
  #ids: readonly unknown[] = [];
  #allIds = 0;
  /** Most tokens told so far. */
  completionTokens = 0;

  /** Token IDs that were listed; `undefined` when there were none. */
  get listedTokens(): number | undefined {
    if (this.#allIds === 0) return undefined;
    return this.#isIncremental ? this.#allIds : this.#ids.length;
  }

  add({ text, tokenIds, usage }: SglangOutput): Growth {
    const told = usage.completionTokens;
    const newTokens = told === undefined ? undefined : Math.max(0, told - this.completionTokens);
    this.#isIncremental ||=
      tokenIds === undefined
        ? text !== undefined && !text.startsWith(this.#text)
        : !this.#repeats(tokenIds, newTokens ?? 0);
    const hasContent = this.#hasContent(text, tokenIds);
    this.completionTokens += newTokens ?? 0;
    this.#text = text ?? this.#text;
    this.#allIds += tokenIds?.length ?? 0;
    if (tokenIds !== undefined && tokenIds.length > 0) this.#ids = tokenIds;
    return { hasContent, newTokens };
  }

  /** Whether a list may be the one before with more behind it; its ends are looked at, not all of it. */
  #repeats(tokenIds: readonly unknown[], newTokens: number): boolean {
    const before = this.#ids;
    if (before.length === 0) return true;
    if (tokenIds.length < before.length || (newTokens > 0 && tokenIds.length === before.length)) return false;
    return tokenIds[0] === before[0] && tokenIds[before.length - 1] === before.at(-1);
  }

  #hasContent(text: string | undefined, tokenIds: readonly unknown[] | undefined): boolean {
    if (text !== undefined) return this.#isIncremental ? text !== '' : text.length > this.#text.length;
    const ids = tokenIds?.length ?? 0;
    return this.#isIncremental ? ids > 0 : ids > this.#ids.length;
  }
}
