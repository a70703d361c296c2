import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import type { BackendOptions } from '../openai/backend-options.ts';
import { parseObject } from '../openai/body-text.ts';
import { get } from '../openai/capabilities.ts';

type Json = Readonly<Record<string, unknown>>;
/** A body, or why there is none. */
type Asked = { readonly value: Json } | { readonly reason: string };

/** Asks `/v2`, the configuration of the model, the repository index and `/metrics`; each field that stays open has its reason. */
export async function askTritonCapabilities(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<BackendCapabilities> {
  const server = await askJson(options, fetchText, '/v2');
  const config = await askJson(options, fetchText, `/v2/models/${encodeURIComponent(options.model)}/config`);
  const models = await askModels(options, fetchText);
  const metrics = await fetchText(get(options, '/metrics'));
  const { name, version } = bodyOf(server);
  const outputs = 'value' in config ? namesOf(config.value['output']) : undefined;
  const hasMetrics = metrics.status === 200 && metrics.body.includes('nv_inference_');
  const unknown: Record<string, string> = {
    hasTokenizer: 'Triton has no route that counts tokens',
    maxModelLength: 'Triton does not publish the context length of its models',
  };
  if (typeof name !== 'string') unknown['serverName'] = reasonOf(server, 'it names no server');
  if (typeof version !== 'string') unknown['serverVersion'] = reasonOf(server, 'it names no version');
  if ('reason' in models) unknown['models'] = models.reason;
  if (outputs === undefined) unknown['reportsUsageInStreams'] = reasonOf(config, 'it lists no outputs');
  if (!hasMetrics) {
    unknown['hasMetrics'] =
      `GET /metrics answers ${metrics.status} here; Triton serves its metrics on a port of their own, 8002 unless told otherwise`;
  }
  return {
    serverName: typeof name === 'string' ? name : undefined,
    serverVersion: typeof version === 'string' ? version : undefined,
    models: 'names' in models ? models.names : undefined,
    acceptsTokenIdPrompts: false,
    hasTokenizer: undefined,
    reportsUsageInStreams: outputs?.includes('num_output_tokens'),
    reportsCachedTokens: false,
    hasMetrics: hasMetrics ? true : undefined,
    maxModelLength: undefined,
    unknownBecause: unknown,
  };
}

async function askJson(options: BackendOptions, fetchText: FetchText, path: string): Promise<Asked> {
  const { status, body } = await fetchText(get(options, path));
  if (status !== 200) return { reason: `GET ${path} answers ${status}` };
  const value = parseObject(body);
  return value === undefined ? { reason: `GET ${path} answers no JSON object` } : { value };
}

/** Names of the models that are loaded. The index is the only list of models, and a POST. */
async function askModels(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<{ readonly names: readonly string[] } | { readonly reason: string }> {
  const path = '/v2/repository/index';
  const request = get(options, path);
  const { status, body } = await fetchText({
    ...request,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...request.headers },
    body: new TextEncoder().encode('{}'),
  });
  if (status !== 200) return { reason: `POST ${path} answers ${status}` };
  const entries = parseList(body);
  if (entries === undefined) return { reason: `POST ${path} answers no list` };
  const ready = entries.filter(
    (entry) => isRecord(entry) && (entry['state'] === undefined || entry['state'] === 'READY'),
  );
  return { names: [...new Set(namesOf(ready))] };
}

function parseList(body: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // told as the reason
  }
}

const namesOf = (entries: unknown): readonly string[] =>
  Array.isArray(entries)
    ? entries.flatMap((entry) => (isRecord(entry) && typeof entry['name'] === 'string' ? [entry['name']] : []))
    : [];

const bodyOf = (asked: Asked): Json => ('value' in asked ? asked.value : {});
const reasonOf = (asked: Asked, otherwise: string): string => ('reason' in asked ? asked.reason : otherwise);
