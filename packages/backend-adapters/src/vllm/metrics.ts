import type { FetchText, ServerCounters } from '@assay/loadgen';
import type { MetricFamily, MetricSample } from '@assay/wire';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';

/** Names of the same total, newest first: vLLM renamed some between its engines V0 and V1. */
const CACHED = ['vllm:prompt_tokens_cached_total', 'vllm:prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits_total'];

/**
 * Reads vLLM's totals from `/metrics`, added up over the engines of a data-parallel server. Only the model asked for counts where the server
 * serves several. A client that left is in no request total; its tokens are counted. `undefined` where there is no such page.
 */
export async function readVllmCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  const page = await readMetrics(options, fetchText);
  const samples = 'families' in page ? ownSamples(page.families, options.model) : [];
  if (samples.length === 0) return undefined;
  return {
    requests: total(samples, 'vllm:request_success_total'),
    promptTokens: total(samples, 'vllm:prompt_tokens_total'),
    generatedTokens: total(samples, 'vllm:generation_tokens_total'),
    cachedPromptTokens: CACHED.map((name) => total(samples, name)).find((value) => value !== undefined),
  };
}

function ownSamples(families: readonly MetricFamily[], model: string): readonly MetricSample[] {
  const samples = families.flatMap((family) => family.samples).filter(({ name }) => name.startsWith('vllm:'));
  const own = samples.filter(({ labels }) => labels['model_name'] === model);
  return own.length > 0 ? own : samples;
}

/** Sum of the samples of a name; `undefined` where there is none, or one is no number. */
function total(samples: readonly MetricSample[], name: string): number | undefined {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  return values.reduce((sum, value) => sum + value, 0);
}
