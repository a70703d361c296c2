import type { FetchText, ServerCounters } from '@assay/loadgen';
import type { MetricFamily } from '@assay/wire';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';

/**
 * Totals of the model, all its versions together; `undefined` where the page is none of Triton's, or does not know the model.
 * Triton counts an error event of a decoupled model as a success, so requests are successes and failures together. Token totals
 * exist only where the vLLM backend republishes its own metrics (`REPORT_CUSTOM_METRICS`).
 */
export function toTritonCounters(families: readonly MetricFamily[], model: string): ServerCounters | undefined {
  const success = totalOf(families, 'nv_inference_request_success', model);
  if (success === undefined) return undefined;
  return {
    requests: success + (totalOf(families, 'nv_inference_request_failure', model) ?? 0),
    promptTokens: totalOf(families, 'vllm:prompt_tokens_total', model),
    generatedTokens: totalOf(families, 'vllm:generation_tokens_total', model),
    cachedPromptTokens: undefined,
  };
}

/** Reads `/metrics` at the target; `undefined` where Triton's page is not served there (its own port is 8002). */
export async function askTritonCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  const page = await readMetrics(options, fetchText);
  return 'families' in page ? toTritonCounters(page.families, options.model) : undefined;
}

/** Sum of a counter's series of one model; `undefined` when it has none. */
function totalOf(families: readonly MetricFamily[], name: string, model: string): number | undefined {
  const samples = families
    .flatMap(({ samples: all }) => all)
    .filter((sample) => sample.name === name && sample.labels['model'] === model);
  return samples.length === 0 ? undefined : samples.reduce((sum, { value }) => sum + value, 0);
}
