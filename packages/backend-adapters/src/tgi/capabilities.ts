import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { readMetrics } from '../asking/read-metrics.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { isTgiInfo } from './info.ts';
import { hasStreamUsage } from './stream-ending.ts';
import { countTgiTokens } from './tokenize.ts';

const NO_VOCABULARY = 'TGI has no question for it';
const NOT_TGI = 'GET /info is not that of TGI';

/** Asks `/info`, `/tokenize` and `/metrics` beside the model list. */
export async function askTgiCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const infoAnswer = await fetchText(get(options, '/info'));
  const info = infoAnswer.status === 200 ? parseObject(infoAnswer.body) : undefined;
  if (!isTgiInfo(info)) return asOther(base, infoAnswer.status);
  const metrics = await readMetrics(options, fetchText);
  const hasTokenizer = (await countTgiTokens(options, fetchText, 'one two three')) !== undefined;
  const { version, max_total_tokens: maxTotalTokens } = info;
  const served = info['model_id'];
  const maxModelLength = typeof maxTotalTokens === 'number' ? maxTotalTokens : undefined;
  const serverVersion = typeof version === 'string' ? version : undefined;
  return {
    models: base.models ?? (typeof served === 'string' ? [served] : undefined),
    serverName: 'tgi',
    serverVersion,
    acceptsTokenIdPrompts: false,
    hasTokenizer,
    reportsUsageInStreams: options.api === 'native' || hasStreamUsage(serverVersion),
    // TGI's page is empty before its first request.
    hasMetrics: 'families' in metrics ? true : metrics.isAbsent ? false : undefined,
    maxModelLength,
    vocabularySize: undefined,
    reportsCachedTokens: false,
    unknownBecause: {
      ...(serverVersion === undefined ? { serverVersion: 'GET /info does not say it' } : {}),
      ...(maxModelLength === undefined ? { maxModelLength: 'GET /info has no max_total_tokens' } : {}),
      ...('families' in metrics || metrics.isAbsent ? {} : { hasMetrics: metrics.unavailableBecause }),
      vocabularySize: NO_VOCABULARY,
    },
  };
}

/** A server that does not look like TGI: what its model list says, and why the rest is not known. */
function asOther(base: BackendCapabilities, infoStatus: number): BackendCapabilities {
  const reason = infoStatus === 200 ? NOT_TGI : `GET /info answers ${infoStatus}`;
  return {
    ...base,
    unknownBecause: {
      ...base.unknownBecause,
      ...(base.serverName === undefined ? { serverName: reason } : {}),
      serverVersion: reason,
      acceptsTokenIdPrompts: reason,
      hasTokenizer: reason,
      reportsUsageInStreams: reason,
      hasMetrics: reason,
      reportsCachedTokens: reason,
    },
  };
}
