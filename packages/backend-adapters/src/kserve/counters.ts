import type { FetchText, ServerCounters } from '@assay/loadgen';
import { parseMetrics } from '@assay/wire';
import type { BackendOptions } from '../openai/backend-options.ts';
import { get } from '../openai/capabilities.ts';

const FAMILY = 'request_predict_seconds';

/**
 * Requests of the model from a page in Prometheus text: the count of its prediction times. A series appears with its first
 * request, so a model without one has had none. `undefined` where the page lacks the family. Tokens are not counted by KServe itself.
 */
export function readKserveCounters(page: string, model: string): ServerCounters | undefined {
  const family = parseMetrics(page).find(({ name }) => name === FAMILY);
  if (family === undefined) return undefined;
  const sample = family.samples.find(
    ({ name, labels }) => name === `${FAMILY}_count` && labels['model_name'] === model,
  );
  return {
    requests: sample?.value ?? 0,
    promptTokens: undefined,
    generatedTokens: undefined,
    cachedPromptTokens: undefined,
  };
}

/** Reads `/metrics`. Requests of the OpenAI routes are not among KServe's counts, so there is nothing to read for those. */
export async function askKserveCounters(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<ServerCounters | undefined> {
  if (options.api !== 'native') return undefined;
  const { status, body } = await fetchText(get(options, '/metrics'));
  return status === 200 && body.includes(FAMILY) ? readKserveCounters(body, options.model) : undefined;
}
