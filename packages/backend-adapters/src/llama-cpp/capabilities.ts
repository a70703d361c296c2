import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import { hasFamily, readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';
import { countTokens } from './tokenize.ts';

type Body = Readonly<Record<string, unknown>>;

/** Asks `/props`, `/v1/models`, `/tokenize` and `/metrics`. */
export async function askLlamaCppCapabilities(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const props = await fetchText(get(options, '/props'));
  const metrics = await readMetrics(options, fetchText);
  const tokens = await countTokens(options, fetchText, 'one two three');
  const meta = await askModelMeta(options, fetchText);
  const properties = props.status === 200 ? parseObject(props.body) : undefined;
  const serverVersion = toVersion(properties);
  const isLlamaCpp =
    base.serverName === 'llama-cpp' ||
    (base.serverName === undefined && isRecord(properties?.['default_generation_settings']));
  const notLlamaCpp =
    base.serverName === undefined ? 'no sign of llama.cpp' : `the server calls itself ${base.serverName}`;
  const known = {
    ...base,
    serverName: isLlamaCpp ? 'llama-cpp' : base.serverName,
    serverVersion,
    acceptsTokenIdPrompts: isLlamaCpp ? options.api === 'native' || options.api === 'completions' : undefined,
    hasTokenizer: tokens !== undefined,
    reportsUsageInStreams: isLlamaCpp ? true : undefined,
    reportsCachedTokens: isLlamaCpp ? true : undefined,
    hasMetrics: hasFamily(metrics, (name) => name.startsWith('llamacpp:')),
    maxModelLength: slotContext(properties) ?? meta('n_ctx'),
    vocabularySize: meta('n_vocab'),
  };
  return {
    ...known,
    unknownBecause: reasonsOfUnknown(known, {
      ...base.unknownBecause,
      serverVersion:
        properties === undefined ? `GET /props answers ${props.status}` : 'the server was built without its version',
      acceptsTokenIdPrompts: notLlamaCpp,
      reportsUsageInStreams: notLlamaCpp,
      reportsCachedTokens: notLlamaCpp,
      hasMetrics: 'families' in metrics ? '' : metrics.unavailableBecause,
      maxModelLength: 'neither /props nor the model list says n_ctx',
      vocabularySize: 'the model list does not say n_vocab',
    }),
  };
}

/** `build_info` is `b1234-commit`, and `b0-unknown` when the server was built outside its repository. */
function toVersion(properties: Body | undefined): string | undefined {
  const build = properties?.['build_info'];
  return typeof build === 'string' && build !== '' && !build.startsWith('b0-') ? build : undefined;
}

/** Context of one slot, tokens; prompt and answer share it. The model's own (`n_ctx_train`) may be longer. */
function slotContext(properties: Body | undefined): number | undefined {
  const settings = properties?.['default_generation_settings'];
  const length = isRecord(settings) ? settings['n_ctx'] : undefined;
  return typeof length === 'number' ? length : undefined;
}

/** Numbers that the model list tells of the model; `n_ctx` is there too, for servers that keep `/props` to themselves. */
async function askModelMeta(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<(name: 'n_ctx' | 'n_vocab') => number | undefined> {
  const { status, body } = await fetchText(get(options, '/v1/models'));
  const listed = status === 200 ? parseObject(body)?.['data'] : undefined;
  const models = Array.isArray(listed) ? listed.filter(isRecord) : [];
  const meta = (models.find(({ id }) => id === options.model) ?? models[0])?.['meta'];
  return (name) => {
    const value = isRecord(meta) ? meta[name] : undefined;
    return typeof value === 'number' ? value : undefined;
  };
}
