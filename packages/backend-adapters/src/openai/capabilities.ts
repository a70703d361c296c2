import type { BackendCapabilities, EncodedRequest, FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import type { BackendOptions } from './backend-options.ts';
import { parseObject } from './body-text.ts';

const TIMEOUT_MS = 5000;

export const get = (options: BackendOptions, path: string): EncodedRequest & { readonly timeoutMs: number } => ({
  method: 'GET',
  path: `${options.basePath}${path}`,
  headers: { accept: 'application/json', ...options.headers },
  body: undefined,
  timeoutMs: TIMEOUT_MS,
});

/** Asks `/v1/models`; what the interface has no question for stays `undefined`. */
export async function askCapabilities(options: BackendOptions, fetchText: FetchText): Promise<BackendCapabilities> {
  const { status, body } = await fetchText(get(options, '/v1/models'));
  const listed = status === 200 ? parseObject(body)?.['data'] : undefined;
  const models = Array.isArray(listed) ? listed.filter(isRecord) : undefined;
  const asked = models?.find((model) => model['id'] === options.model) ?? models?.[0];
  const maxModelLength = asked?.['max_model_len'];
  return {
    models: models?.flatMap(({ id }) => (typeof id === 'string' ? id : [])),
    serverVersion: undefined,
    acceptsTokenIdPrompts: undefined,
    hasTokenizer: undefined,
    reportsUsageInStreams: undefined,
    hasMetrics: undefined,
    maxModelLength: typeof maxModelLength === 'number' ? maxModelLength : undefined,
  };
}
