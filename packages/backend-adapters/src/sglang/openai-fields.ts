import type { RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { forcesLength } from '../encoding/exact-lengths.ts';

type Fields = Readonly<Record<string, unknown>>;

/** SGLang's own parameters on chat and completions, and usage in every event where that is asked for. */
export function createSglangFields(options: BackendOptions): ((sample: RequestSample) => Fields) | undefined {
  const { api } = options;
  if (api !== 'chat' && api !== 'completions') return undefined;
  const fixed: Fields = hasUsagePerEvent(options)
    ? { stream_options: { include_usage: true, continuous_usage_stats: true } }
    : {};
  if (!options.ignoreEos) return Object.keys(fixed).length === 0 ? undefined : () => fixed;
  return (sample) => (forcesLength(options, sample) ? { ...fixed, ignore_eos: true } : fixed);
}

/** How the options are handed to the common encoder: it must not write `stream_options` where `createSglangFields` does. */
export const withoutStreamOptions = (options: BackendOptions): BackendOptions =>
  hasUsagePerEvent(options) ? { ...options, includeUsage: false } : options;

const hasUsagePerEvent = ({ api, isStreaming, includeUsage, tokensPerEvent }: BackendOptions): boolean =>
  isStreaming && includeUsage && tokensPerEvent === 'continuous-usage' && (api === 'chat' || api === 'completions');
