import type { RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../openai/backend-options.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * vLLM's own parameters of a request. `min_tokens` beside `ignore_eos` keeps stop tokens from ending an answer early; the responses
 * interface has no place for it, nor for counts by event.
 */
export function createVllmFields(options: BackendOptions): ((sample: RequestSample) => Fields) | undefined {
  const isResponses = options.api === 'responses';
  const fixed: Fields = {
    ...(isResponses ? {} : streamFields(options)),
    ...(options.ignoreEos ? { ignore_eos: true } : {}),
    ...(options.cacheSalt === undefined ? {} : { cache_salt: options.cacheSalt }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
  };
  const hasMinimum = options.ignoreEos && !isResponses;
  if (!hasMinimum && Object.keys(fixed).length === 0) return undefined;
  return ({ maxOutputTokens }) =>
    hasMinimum && maxOutputTokens !== undefined ? { ...fixed, min_tokens: maxOutputTokens } : fixed;
}

/** How the options are handed to the common encoder: it must not write `stream_options` where `createVllmFields` does. */
export function withoutStreamOptions(options: BackendOptions): BackendOptions {
  return hasOwnStreamOptions(options) ? { ...options, includeUsage: false } : options;
}

const hasOwnStreamOptions = ({ isStreaming, includeUsage, tokensPerEvent, api }: BackendOptions): boolean =>
  isStreaming && includeUsage && tokensPerEvent === 'continuous-usage' && api !== 'responses';

function streamFields(options: BackendOptions): Fields {
  if (!options.isStreaming) return {};
  if (options.tokensPerEvent === 'token-ids') return { return_token_ids: true };
  if (!hasOwnStreamOptions(options)) return {};
  return { stream_options: { include_usage: true, continuous_usage_stats: true } };
}
