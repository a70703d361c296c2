import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { PREDICT_FAMILY } from './counters.ts';
import { openAiOptions } from './openai-options.ts';

const RUNTIME_DECIDES = 'the runtime behind KServe decides';

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
  const metrics = await readMetrics(options, fetchText);
  const isNative = options.api === 'native';
  const capabilities: BackendCapabilities = {
    serverName: typeof name === 'string' ? name : undefined,
    serverVersion: typeof version === 'string' ? version : undefined,
    models,
    acceptsTokenIdPrompts: isNative ? false : undefined,
    hasTokenizer: undefined,
    reportsUsageInStreams: isNative ? false : undefined,
    reportsCachedTokens: isNative ? false : undefined,
    hasMetrics: 'families' in metrics && metrics.families.some(({ name: family }) => family === PREDICT_FAMILY),
    maxModelLength,
  };
  return {
    ...capabilities,
    unknownBecause: reasonsOfUnknown(capabilities, {
      serverName: `GET /v2 answers ${server.status} without a name`,
      serverVersion: `GET /v2 answers ${server.status} without a version`,
      models: reason,
      acceptsTokenIdPrompts: RUNTIME_DECIDES,
      hasTokenizer: 'KServe has no route that counts tokens; the runtime behind it may have one',
      reportsUsageInStreams: RUNTIME_DECIDES,
      reportsCachedTokens: RUNTIME_DECIDES,
      maxModelLength: 'the model list does not say',
    }),
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
