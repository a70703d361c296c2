import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { hasFamily, readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { PREDICT_FAMILY } from './metrics.ts';
import { isOwnProtocol, openAiOptions } from './openai-options.ts';
import { askPromptTensor, type FoundTensor } from './prompt-tensor.ts';

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
  const isOwn = isOwnProtocol(options);
  const { models, maxModelLength, reason } = isOwn
    ? await askOwnModels(options, fetchText)
    : await askOpenAiModels(options, fetchText);
  const found = await askTensor(options, fetchText);
  const metrics = await readMetrics(options, fetchText);
  const capabilities: BackendCapabilities = {
    serverName: typeof name === 'string' ? name : undefined,
    serverVersion: typeof version === 'string' ? version : undefined,
    models,
    acceptsTokenIdPrompts: isOwn ? false : undefined,
    hasTokenizer: undefined,
    reportsUsageInStreams: isOwn ? false : undefined,
    reportsCachedTokens: isOwn ? false : undefined,
    hasMetrics: hasFamily(metrics, (family) => family === PREDICT_FAMILY),
    maxModelLength,
    vocabularySize: undefined,
    promptTensor: 'tensor' in found ? found.tensor : undefined,
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
      hasMetrics: 'families' in metrics ? '' : metrics.unavailableBecause,
      vocabularySize: RUNTIME_DECIDES,
      promptTensor: 'tensor' in found ? '' : found.reason,
    }),
  };
}

interface Models {
  readonly models: readonly string[] | undefined;
  readonly maxModelLength: number | undefined;
  readonly reason: string;
}

/** Only V2's requests name an input. */
const askTensor = async (options: BackendOptions, fetchText: FetchText): Promise<FoundTensor> =>
  options.api === 'native'
    ? await askPromptTensor(options, fetchText)
    : { reason: 'requests of this interface name no input' };

/** The list of V2 or of V1, which have the same form. */
async function askOwnModels(options: BackendOptions, fetchText: FetchText): Promise<Models> {
  const path = options.api === 'v1' ? '/v1/models' : '/v2/models';
  const { status, body } = await fetchText(get(options, path));
  const listed = status === 200 ? parseObject(body)?.['models'] : undefined;
  return {
    models: Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : undefined,
    maxModelLength: undefined,
    reason: `GET ${path} answers ${status} without a list`,
  };
}

async function askOpenAiModels(options: BackendOptions, fetchText: FetchText): Promise<Models> {
  const { models, maxModelLength } = await askCapabilities(openAiOptions(options), fetchText);
  return { models, maxModelLength, reason: 'GET /openai/v1/models answers no model list' };
}
