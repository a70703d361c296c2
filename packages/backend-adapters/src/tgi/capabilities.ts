import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { countTgiTokens } from './tokenize.ts';

const ROUTER = 'text-generation-router';
const NOT_TGI = 'GET /info is not that of TGI';

/** Asks `/info`, `/tokenize` and `/metrics` beside the model list. */
export async function askTgiCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const infoAnswer = await fetchText(get(options, '/info'));
  const info = infoAnswer.status === 200 ? parseObject(infoAnswer.body) : undefined;
  const isTgi = info?.['router'] === ROUTER;
  if (info === undefined || !isTgi) return asOther(base, infoAnswer.status);
  const metrics = await fetchText(get(options, '/metrics'));
  const hasTokenizer = (await countTgiTokens(options, fetchText, 'one two three')) !== undefined;
  const { version, max_total_tokens: maxTotalTokens } = info;
  const served = info['model_id'];
  const maxModelLength = typeof maxTotalTokens === 'number' ? maxTotalTokens : undefined;
  const serverVersion = typeof version === 'string' ? version : undefined;
  const isRefused = metrics.status !== 200 && metrics.status !== 404;
  return {
    models: base.models ?? (typeof served === 'string' ? [served] : undefined),
    serverName: 'tgi',
    serverVersion,
    acceptsTokenIdPrompts: false,
    hasTokenizer,
    reportsUsageInStreams: true,
    // TGI's page is empty before its first request.
    hasMetrics: isRefused ? undefined : metrics.status === 200,
    maxModelLength,
    reportsCachedTokens: false,
    unknownBecause: {
      ...(serverVersion === undefined ? { serverVersion: 'GET /info does not say it' } : {}),
      ...(maxModelLength === undefined ? { maxModelLength: 'GET /info has no max_total_tokens' } : {}),
      ...(isRefused ? { hasMetrics: `GET /metrics answers ${metrics.status}` } : {}),
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
