import type { BackendCapabilities, FetchText } from '@assay/loadgen';
import { countTokens } from '../asking/count-tokens.ts';
import { hasFamily, readMetrics } from '../asking/read-metrics.ts';
import { reasonsOfUnknown } from '../asking/reasons-of-unknown.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { askCapabilities, get } from '../openai/capabilities.ts';

type Body = Readonly<Record<string, unknown>>;

/** Asks `/server_info` (`/get_server_info` on servers that do not know it yet), `/v1/models`, `/tokenize` and `/metrics`. */
export async function askSglangCapabilities(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<BackendCapabilities> {
  const base = await askCapabilities(options, fetchText);
  const { info, status } = await askServerInfo(options, fetchText);
  const metrics = await readMetrics(options, fetchText);
  const tokens = await countTokens(options, fetchText, 'one two three');
  const version = info?.['version'];
  const isSglang = base.serverName === 'sglang' || (base.serverName === undefined && info !== undefined);
  const notSglang = base.serverName === undefined ? 'no sign of SGLang' : `the server calls itself ${base.serverName}`;
  const known = {
    ...base,
    serverName: isSglang ? 'sglang' : base.serverName,
    serverVersion: typeof version === 'string' ? version : undefined,
    acceptsTokenIdPrompts: isSglang ? options.api === 'native' || options.api === 'completions' : undefined,
    hasTokenizer: tokens !== undefined,
    reportsUsageInStreams: isSglang ? true : undefined,
    reportsCachedTokens: isSglang ? reportsCachedTokens(options, info) : undefined,
    hasMetrics: hasFamily(metrics, (name) => name.startsWith('sglang:')),
    maxModelLength: base.maxModelLength ?? contextLength(info),
  };
  const noInfo = `GET /server_info answers ${status}`;
  return {
    ...known,
    unknownBecause: reasonsOfUnknown(known, {
      ...base.unknownBecause,
      serverVersion: info === undefined ? noInfo : '/server_info names no version',
      acceptsTokenIdPrompts: notSglang,
      reportsUsageInStreams: notSglang,
      reportsCachedTokens: isSglang
        ? 'only answers show it: SGLang counts them there with --enable-cache-report'
        : notSglang,
      hasMetrics: 'families' in metrics ? '' : metrics.unavailableBecause,
      vocabularySize: 'SGLang has no question for it',
    }),
  };
}

/** The newer name first: the older one is to be removed. */
async function askServerInfo(
  options: BackendOptions,
  fetchText: FetchText,
): Promise<{ readonly info: Body | undefined; readonly status: number }> {
  const newer = await fetchText(get(options, '/server_info'));
  const { status, body } = newer.status === 404 ? await fetchText(get(options, '/get_server_info')) : newer;
  return { info: status === 200 ? parseObject(body) : undefined, status };
}

/** The native interface always counts them; OpenAI's does so where the server is started with `--enable-cache-report`. */
function reportsCachedTokens({ api }: BackendOptions, info: Body | undefined): boolean | undefined {
  if (api === 'native') return true;
  const isEnabled = info?.['enable_cache_report'];
  return typeof isEnabled === 'boolean' ? isEnabled : undefined;
}

function contextLength(info: Body | undefined): number | undefined {
  const length = info?.['context_length'];
  return typeof length === 'number' ? length : undefined;
}
