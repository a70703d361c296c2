import type { FetchText, ServerCounters } from '@assay/loadgen';
import type { MetricFamily } from '@assay/wire';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';

/**
 * Reads TGI's totals from `/metrics`. A series appears with its first sample and the page is empty before the first request, so a
 * missing series is 0 on a page that is TGI's or empty. Requests are generations that ended, well or not (`tgi_request_count` counts
 * a request of the OpenAI interface twice); a client that left the queue is in neither. Generated tokens are those of good requests.
 * `undefined` where there is no such page.
 */
export async function readTgiCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  const page = await readMetrics(options, fetchText);
  const totals = 'families' in page ? readTotals(page.families) : undefined;
  if (totals === undefined) return undefined;
  const total = (name: string): number => totals.get(name) ?? 0;
  return {
    requests: total('tgi_request_success') + total('tgi_request_failure'),
    promptTokens: total('tgi_request_input_length_sum'),
    generatedTokens: total('tgi_request_generated_tokens_sum'),
    cachedPromptTokens: undefined,
  };
}

/** Sums of the samples by name; `undefined` for a page of something else. */
function readTotals(families: readonly MetricFamily[]): ReadonlyMap<string, number> | undefined {
  const totals = new Map<string, number>();
  for (const { samples } of families) {
    for (const { name, value } of samples) {
      if (name.startsWith('tgi_') && !name.endsWith('_bucket')) totals.set(name, (totals.get(name) ?? 0) + value);
    }
  }
  return totals.size > 0 || families.length === 0 ? totals : undefined;
}
