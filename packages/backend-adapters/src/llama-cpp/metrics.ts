import type { FetchText, ServerCounters } from '@assay/loadgen';
import { metricTotal } from '../asking/metric-total.ts';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';

/**
 * llama.cpp's totals from `/metrics` (served with `--metrics` only). It counts no requests, and its prompt tokens leave out cached ones, which are
 * counted apart: both together are what clients sent. `undefined` where there is no such page.
 */
export async function readLlamaCppCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  const page = await readMetrics(options, fetchText);
  if (!('families' in page)) return undefined;
  const processed = metricTotal(page.families, 'llamacpp:prompt_tokens_total');
  const cached = metricTotal(page.families, 'llamacpp:prompt_tokens_cached_total');
  const generatedTokens = metricTotal(page.families, 'llamacpp:tokens_predicted_total');
  if (processed === undefined && generatedTokens === undefined) return undefined;
  return {
    requests: undefined,
    promptTokens: processed === undefined || cached === undefined ? undefined : processed + cached,
    generatedTokens,
    cachedPromptTokens: cached,
  };
}
