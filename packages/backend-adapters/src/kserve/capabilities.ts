import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../openai/backend-options.ts';
import { parseObject } from '../openai/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { openAiOptions } from './openai-options.ts';

/**
 * Asks `/v2` for the server, the list of the interface in use for the models, and `/metrics`. What the runtime behind KServe decides
 * stays open, with that reason.
 */
export async function askKserveCapabilities(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<BackendCapabilities> {
  const server = await fetchText(get(options, '/v2'));
  const { name, version } = (server.status === 200 ? parseObject(server.body) : undefined) ?? {};
  const { models, maxModelLength, reason } =
    options.api === 'native' ? await askOwnModels(options, fetchText) : await askOpenAiModels(options, fetchText);
  const metrics = await fetchText(get(options, '/metrics'));
  const isNative = options.api === 'native';
  const unknown: Record<string, string> = {
    hasTokenizer: 'KServe has no route that counts tokens; the runtime behind it may have one',
    reportsCachedTokens: 'the runtime behind KServe decides',
  };
  if (!isNative) {
    unknown['reportsUsageInStreams'] = 'the runtime behind KServe decides';
    unknown['acceptsTokenIdPrompts'] = 'the runtime behind KServe decides';
  }
  if (typeof name !== 'string') unknown['serverName'] = `GET /v2 answers ${server.status} without a name`;
  if (typeof version !== 'string') unknown['serverVersion'] = `GET /v2 answers ${server.status} without a version`;
  if (models === undefined) unknown['models'] = reason;
  if (maxModelLength === undefined) unknown['maxModelLength'] = 'the model list does not say';
  return {
    serverName: typeof name === 'string' ? name : undefined,
    serverVersion: typeof version === 'string' ? version : undefined,
    models,
    acceptsTokenIdPrompts: isNative ? false : undefined,
    hasTokenizer: undefined,
    reportsUsageInStreams: isNative ? false : undefined,
    reportsCachedTokens: undefined,
    hasMetrics: metrics.status === 200 && metrics.body.includes('request_predict_seconds'),
    maxModelLength,
    unknownBecause: unknown,
  };
}

interface Models {
  readonly models: readonly string[] | undefined;
  readonly maxModelLength: number | undefined;
  readonly reason: string;
}

/** The list of V2, which V1 shares. */
async function askOwnModels(options: BackendOptions, fetchText: FetchText): Promise<Models> {
  const { status, body } = await fetchText(get(options, '/v2/models'));
  const listed = status === 200 ? parseObject(body)?.['models'] : undefined;
  return {
    models: Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : undefined,
    maxModelLength: undefined,
    reason: `GET /v2/models answers ${status} without a list`,
  };
}

async function askOpenAiModels(options: BackendOptions, fetchText: FetchText): Promise<Models> {
  const { models, maxModelLength } = await askCapabilities(openAiOptions(options), fetchText);
  return { models, maxModelLength, reason: 'GET /openai/v1/models answers no model list' };
}
