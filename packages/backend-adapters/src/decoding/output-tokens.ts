import type { DecodedResponse, TokenCount } from '@assay/loadgen';

/** What an answer's record says of the number of generated tokens. */
export type CountedTokens = Pick<DecodedResponse, 'outputTokens' | 'outputTokensSource' | 'tokenCounts'>;

/**
 * The best count with its source, and all of them where several sources count. `given` has the most trusted first, `undefined` for one
 * that does not say; the number of content events is the last resort.
 */
export function countTokensBy(
  given: readonly (readonly [TokenCount['source'], number | undefined])[],
  contentEvents = 0,
): CountedTokens {
  const tokenCounts = given.flatMap(([source, tokens]) => (tokens === undefined ? [] : [{ source, tokens }]));
  const [best] = tokenCounts;
  if (best !== undefined) {
    return {
      outputTokens: best.tokens,
      outputTokensSource: best.source,
      ...(tokenCounts.length > 1 ? { tokenCounts } : {}),
    };
  }
  return contentEvents > 0
    ? { outputTokens: contentEvents, outputTokensSource: 'event-count' }
    : { outputTokens: undefined, outputTokensSource: 'unavailable' };
}

/** What is known of the tokens of a protocol that tells a running total; each `undefined` where the answer does not say. */
export interface RunningCounts {
  /** The running total of the last event. */
  readonly reported: number | undefined;
  /** Whether that event says that the answer is complete, so that the total is final. */
  readonly isFinal: boolean;
  /** Counted beside the server's durations. */
  readonly timed?: number | undefined;
  readonly listed: number | undefined;
  readonly contentEvents: number;
}

/** The counts of an answer with a running total, which is the count of the whole answer only when it is final. */
export function countRunningTokens({ reported, isFinal, timed, listed, contentEvents }: RunningCounts): CountedTokens {
  const counted = countTokensBy(
    [
      ['usage', reported],
      ['server-timings', timed],
      ['token-ids', listed],
    ],
    contentEvents,
  );
  return reported === undefined || isFinal ? counted : { ...counted, outputTokensSource: 'continuous-usage' };
}
