import type { DecodedResponse, TokenCount } from '@assay/loadgen';
import type { ResponsesEnd } from '@assay/wire';
import { toServerTimes } from '../decoding/server-times.ts';

type Counted = Pick<DecodedResponse, 'outputTokens' | 'outputTokensSource' | 'tokenCounts' | 'serverTimes'>;

/** The generated tokens by the best source, all sources where there are several, and the server's own times. */
export function countsOf(
  end: ResponsesEnd | undefined,
  seen: { readonly listedTokens: number | undefined; readonly contentEvents: number },
): Counted {
  const given: readonly (readonly [TokenCount['source'], number | undefined])[] = [
    ['usage', end?.usage?.completionTokens],
    ['server-timings', end?.timings?.predictedTokens],
    ['token-ids', seen.listedTokens],
  ];
  const tokenCounts = given.flatMap(([source, tokens]) => (tokens === undefined ? [] : [{ source, tokens }]));
  const [best] = tokenCounts;
  const fallback: Counted =
    seen.contentEvents > 0
      ? { outputTokens: seen.contentEvents, outputTokensSource: 'event-count' }
      : { outputTokens: undefined, outputTokensSource: 'unavailable' };
  return {
    ...(best === undefined ? fallback : { outputTokens: best.tokens, outputTokensSource: best.source }),
    ...(tokenCounts.length > 1 ? { tokenCounts } : {}),
    ...(end?.timings === undefined ? {} : { serverTimes: toServerTimes(end.timings) }),
  };
}
