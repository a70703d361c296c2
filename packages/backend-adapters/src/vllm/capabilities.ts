import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { countTokens } from '../asking/count-tokens.ts';
import { hasFamily, readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';

/** Asks `/version`, `/tokenize` and `/metrics` beside the model list. */
export async function askVllmCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const version = await fetchText(get(options, '/version'));
  const metrics = await readMetrics(options, fetchText);
  const hasMetrics = hasFamily(metrics, (name) => name.startsWith('vllm:'));
  const tokens = await countTokens(options, fetchText, 'one two three');
  const named = version.status === 200 ? parseObject(version.body)?.['version'] : undefined;
  const serverVersion = typeof named === 'string' ? named : undefined;
  const isVllm = base.serverName === 'vllm' || (serverVersion !== undefined && base.serverName === undefined);
  const notVllm = base.serverName === undefined ? 'no sign of vLLM' : `the server calls itself ${base.serverName}`;
  const reasons = {
    ...base.unknownBecause,
    ...(serverVersion === undefined ? { serverVersion: `GET /version answers ${version.status}` } : {}),
    ...(isVllm ? {} : { acceptsTokenIdPrompts: notVllm, reportsUsageInStreams: notVllm }),
    ...('unavailableBecause' in metrics ? { hasMetrics: metrics.unavailableBecause } : {}),
    vocabularySize: 'vLLM has no question for it',
    reportsCachedTokens: 'only answers show it: vLLM counts them with --enable-prompt-tokens-details',
  };
  const known = {
    ...base,
    serverName: isVllm ? 'vllm' : base.serverName,
    serverVersion,
    acceptsTokenIdPrompts: isVllm ? takesTokenIds(options) : undefined,
    hasTokenizer: tokens !== undefined,
    reportsUsageInStreams: isVllm ? true : undefined,
    hasMetrics,
  };
  return { ...known, unknownBecause: reasonsOfUnknown(known, reasons) };
}

const takesTokenIds = ({ api }: BackendOptions): boolean => api === 'completions' || api === 'embeddings';
