import type { RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { asksForForm } from '../openai/answer-form.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * vLLM's own parameters of a request. Lengths are forced where one is asked for and the answer may have any end: `min_tokens` beside
 * `ignore_eos` keeps stop tokens from ending it early. The responses interface has no place for a minimum; embeddings
 * have none of them.
 */
export function createVllmFields(options: BackendOptions): ((sample: RequestSample) => Fields) | undefined {
  const { api, ignoreEos, cacheSalt, priority } = options;
  const isGeneration = api !== 'embeddings';
  const fixed: Fields = {
    ...(isGeneration ? streamFields(options) : {}),
    ...(cacheSalt === undefined ? {} : { cache_salt: cacheSalt }),
    ...(priority === undefined ? {} : { priority }),
  };
  if (!(ignoreEos && isGeneration)) return Object.keys(fixed).length === 0 ? undefined : () => fixed;
  return (sample) => {
    const { maxOutputTokens } = sample;
    if (maxOutputTokens === undefined || asksForForm(sample)) return fixed;
    return { ...fixed, ignore_eos: true, ...(api === 'responses' ? {} : { min_tokens: maxOutputTokens }) };
  };
}

/** How the options are handed to the common encoder: it must not write `stream_options` where `createVllmFields` does. */
export function withoutStreamOptions(options: BackendOptions): BackendOptions {
  return hasOwnStreamOptions(options) ? { ...options, includeUsage: false } : options;
}

const hasOwnStreamOptions = ({ isStreaming, includeUsage, tokensPerEvent, api }: BackendOptions): boolean =>
  isStreaming && includeUsage && tokensPerEvent === 'continuous-usage' && api !== 'responses';

function streamFields(options: BackendOptions): Fields {
  // Whole answers list their IDs too: a second count beside usage.
  if (options.tokensPerEvent === 'token-ids' && options.api !== 'responses') return { return_token_ids: true };
  if (!options.isStreaming || options.tokensPerEvent === undefined) return {};
  // The responses interface tells the tokens of an event only by their log-probabilities.
  if (options.api === 'responses') return { include: ['message.output_text.logprobs'], top_logprobs: 0 };
  if (!hasOwnStreamOptions(options)) return {};
  return { stream_options: { include_usage: true, continuous_usage_stats: true } };
}
