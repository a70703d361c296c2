import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../openai/backend-options.ts';
import { parseObject } from '../openai/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { countTokens } from './tokenize.ts';

/** Asks `/version`, `/tokenize` and `/metrics` beside the model list. */
export async function askVllmCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const version = await fetchText(get(options, '/version'));
  const metrics = await fetchText(get(options, '/metrics'));
  const serverVersion = version.status === 200 ? parseObject(version.body)?.['version'] : undefined;
  const isVllm = typeof serverVersion === 'string';
  return {
    ...base,
    serverVersion: isVllm ? serverVersion : undefined,
    acceptsTokenIdPrompts: isVllm && options.api === 'completions' ? true : undefined,
    hasTokenizer: (await countTokens(options, fetchText, 'one two three')) !== undefined,
    reportsUsageInStreams: isVllm ? true : undefined,
    hasMetrics: metrics.status === 200 && metrics.body.includes('vllm:'),
  };
}
