import type { AnswerSummary } from './answer-protocol.ts';

/** What is known of the number of generated tokens; each `undefined` where the answer does not say. */
export interface KnownCounts {
  /** The running total of the last event. */
  readonly reported: number | undefined;
  /** Whether that event says that the answer is complete, so that the total is final. */
  readonly isFinal: boolean;
  /** Counted beside the server's durations. */
  readonly timed?: number | undefined;
  readonly listed: number | undefined;
  readonly contentEvents: number;
}

/** The best count and its source; the number of events is the last resort. */
export function toOutputTokens({
  reported,
  isFinal,
  timed,
  listed,
  contentEvents,
}: KnownCounts): Pick<AnswerSummary, 'outputTokens' | 'outputTokensSource'> {
  if (reported !== undefined)
    return { outputTokens: reported, outputTokensSource: isFinal ? 'usage' : 'continuous-usage' };
  if (timed !== undefined) return { outputTokens: timed, outputTokensSource: 'server-timings' };
  if (listed !== undefined) return { outputTokens: listed, outputTokensSource: 'token-ids' };
  return contentEvents > 0
    ? { outputTokens: contentEvents, outputTokensSource: 'event-count' }
    : { outputTokens: undefined, outputTokensSource: 'unavailable' };
}
