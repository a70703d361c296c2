import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import { readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
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
  const metrics = await readMetrics(options, fetchText);
  const { name, version } = bodyOf(server);
  const outputs = 'value' in config ? namesOf(config.value['output']) : undefined;
  const hasMetrics = 'families' in metrics && metrics.families.some(({ name: family }) => family.startsWith('nv_'));
  const capabilities: BackendCapabilities = {
    serverName: typeof name === 'string' ? name : undefined,
    serverVersion: typeof version === 'string' ? version : undefined,
    models: 'names' in models ? models.names : undefined,
    acceptsTokenIdPrompts: options.api === 'native' ? false : undefined,
    // The generate extension has no route that counts tokens.
    hasTokenizer: options.api === 'native' ? false : undefined,
    reportsUsageInStreams: outputs?.includes('num_output_tokens'),
    reportsCachedTokens: options.api === 'native' ? false : undefined,
    hasMetrics: hasMetrics ? true : undefined,
    maxModelLength: undefined,
    vocabularySize: undefined,
  };
  const metricsReason = 'unavailableBecause' in metrics ? metrics.unavailableBecause : 'the page holds none of Triton';
  return {
    ...capabilities,
    unknownBecause: reasonsOfUnknown(capabilities, {
      serverName: reasonOf(server, 'GET /v2 names no server'),
      serverVersion: reasonOf(server, 'GET /v2 names no version'),
      models: 'reason' in models ? models.reason : '',
      acceptsTokenIdPrompts: 'the model behind the OpenAI frontend decides',
      hasTokenizer: 'the model behind the OpenAI frontend decides',
      reportsUsageInStreams: reasonOf(config, 'the configuration lists no outputs'),
      reportsCachedTokens: 'the model behind the OpenAI frontend decides',
      hasMetrics: `${metricsReason}; Triton serves its metrics on a port of their own, 8002 unless told otherwise: --metrics-url`,
      vocabularySize: 'Triton has no question for it',
      maxModelLength: 'Triton does not publish the context length of its models',
    }),
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
