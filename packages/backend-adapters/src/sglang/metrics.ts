import type { FetchText, ServerCounters } from '@assay/loadgen';
import { metricTotal } from '../asking/metric-total.ts';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';

/**
 * SGLang's totals from `/metrics` (served with `--enable-metrics` only), added up over streamed and whole answers. A series appears with its first
 * sample, so a page of SGLang's that has none of the three totals of requests stands for a server that has answered nothing yet; prompt tokens
 * contain cached ones. Cached tokens stay `undefined` until the first hit. `undefined` where there is no such page.
 */
export async function readSglangCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  const page = await readMetrics(options, fetchText);
  if (!('families' in page) || !page.families.some(({ name }) => name.startsWith('sglang:'))) return undefined;
  const total = (name: string): number | undefined => metricTotal(page.families, name);
  const requests = total('sglang:num_requests_total');
  const promptTokens = total('sglang:prompt_tokens_total');
  const generatedTokens = total('sglang:generation_tokens_total');
  const isFresh = requests === undefined && promptTokens === undefined && generatedTokens === undefined;
  return {
    requests: isFresh ? 0 : requests,
    promptTokens: isFresh ? 0 : promptTokens,
    generatedTokens: isFresh ? 0 : generatedTokens,
    cachedPromptTokens: total('sglang:cached_tokens_total'),
  };
}
