import type { FetchText, ServerCounters } from '@assay/loadgen';
import type { MetricFamily } from '@assay/wire';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';
import { readVllmCounters } from '../vllm/metrics.ts';
import { isOwnProtocol } from './openai-options.ts';

/** Times of predictions by model. */
export const PREDICT_FAMILY = 'request_predict_seconds';

/**
 * Requests of the model: the count of its prediction times. A series appears with its first
 * request, so a model without one has had none. `undefined` where the page lacks the family. Tokens are not counted by KServe itself.
 */
export function toKserveCounters(families: readonly MetricFamily[], model: string): ServerCounters | undefined {
  const family = families.find(({ name }) => name === PREDICT_FAMILY);
  if (family === undefined) return undefined;
  const sample = family.samples.find(
    ({ name, labels }) => name === `${PREDICT_FAMILY}_count` && labels['model_name'] === model,
  );
  return {
    requests: sample?.value ?? 0,
    promptTokens: undefined,
    generatedTokens: undefined,
    cachedPromptTokens: undefined,
  };
}

/**
 * Reads `/metrics`. Requests of the OpenAI routes are not among KServe's counts; a runtime of vLLM inside the same server publishes
 * its own on the same page, and is read as vLLM's.
 */
export async function askKserveCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  if (!isOwnProtocol(options)) return await readVllmCounters(options, fetchText);
  const page = await readMetrics(options, fetchText);
  return 'families' in page ? toKserveCounters(page.families, options.model) : undefined;
}
