import { type Failure, protocolFailure } from './failure.ts';

/** What is held against each other; `undefined` where the answer does not say. */
interface ListedCount {
  readonly reported: number | undefined;
  readonly listed: number | undefined;
  readonly promptTokens?: number | undefined;
}

/** Tokens that a usage may count and no list of log-probabilities names: an end token, a stop string, the marks around reasoning. */
export const HIDDEN_TOKENS = 16;

/**
 * A server's count that contradicts the tokens it listed one by one. A count may be higher by `unlisted` tokens, of which an answer shows
 * nothing, and never lower; only an echo of the prompt lists `promptTokens` beyond it.
 */
export function listedMismatch(
  field: string,
  { reported, listed, promptTokens = 0 }: ListedCount,
  unlisted: number,
): Failure | undefined {
  if (reported === undefined || listed === undefined || listed === reported + promptTokens) return undefined;
  if (listed <= reported && reported <= listed + unlisted) return undefined;
  return protocolFailure('USAGE_MISMATCH', `${field} says ${reported} tokens, but the answer lists ${listed}`);
}
