import type { BackendCapabilities, EncodedRequest, FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';

const TIMEOUT_MS = 5000;
const NO_QUESTION = 'the interface has no question for it';

/** Names that servers give themselves as the owner of their models. */
const OWNERS: Readonly<Record<string, string>> = { vllm: 'vllm', llamacpp: 'llama-cpp', sglang: 'sglang' };

export const get = (options: BackendOptions, path: string): EncodedRequest & { readonly timeoutMs: number } => ({
  method: 'GET',
  path: `${options.basePath}${path}`,
  headers: { accept: 'application/json', ...options.headers },
  body: undefined,
  timeoutMs: TIMEOUT_MS,
});

/** Asks `/v1/models`; what the interface has no question for stays `undefined`, with the reason. */
export async function askCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const { status, headers, body } = await fetchText(get(options, '/v1/models'));
  const listed = status === 200 ? parseObject(body)?.['data'] : undefined;
  const models = Array.isArray(listed) ? listed.filter(isRecord) : undefined;
  const asked = models?.find((model) => model['id'] === options.model) ?? models?.[0];
  const maxModelLength = asked?.['max_model_len'];
  const serverName = nameOf(asked, headers);
  const hasLength = typeof maxModelLength === 'number';
  return {
    models: models?.flatMap(({ id }) => (typeof id === 'string' ? id : [])),
    serverName,
    serverVersion: undefined,
    acceptsTokenIdPrompts: undefined,
    hasTokenizer: undefined,
    reportsUsageInStreams: undefined,
    hasMetrics: undefined,
    maxModelLength: hasLength ? maxModelLength : undefined,
    vocabularySize: undefined,
    unknownBecause: {
      ...(models === undefined ? { models: `GET /v1/models answers ${status} and no list` } : {}),
      ...(serverName === undefined ? { serverName: 'neither the model list nor a header names it' } : {}),
      ...(hasLength ? {} : { maxModelLength: 'the model list does not say it' }),
      serverVersion: NO_QUESTION,
      acceptsTokenIdPrompts: NO_QUESTION,
      hasTokenizer: NO_QUESTION,
      reportsUsageInStreams: NO_QUESTION,
      hasMetrics: NO_QUESTION,
      reportsCachedTokens: NO_QUESTION,
      vocabularySize: NO_QUESTION,
    },
  };
}

/** The runtime by the owner of its model or its `server` header. */
function nameOf(
  model: Readonly<Record<string, unknown>> | undefined,
  headers: ReadonlyMap<string, string>,
): string | undefined {
  const owner = model?.['owned_by'];
  const named = typeof owner === 'string' ? OWNERS[owner] : undefined;
  return named ?? (headers.get('server') === 'llama.cpp' ? 'llama-cpp' : undefined);
}
