import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from './backend-options.ts';

const encoder = new TextEncoder();

/**
 * Encodes one request. `extra` holds a runtime's own parameters. Throws `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for token IDs on the
 * chat interface, which has no place for them.
 */
export function encodeRequest(
  options: BackendOptions,
  sample: RequestSample,
  extra: Readonly<Record<string, unknown>> = {},
): EncodedRequest {
  const { api, model, isStreaming, includeUsage, basePath, headers } = options;
  const body = {
    model,
    ...toPrompt(api, sample),
    ...(sample.maxOutputTokens === undefined ? {} : { max_tokens: sample.maxOutputTokens }),
    temperature: 0,
    ...(isStreaming ? { stream: true } : {}),
    ...(isStreaming && includeUsage ? { stream_options: { include_usage: true } } : {}),
    ...extra,
  };
  return {
    method: 'POST',
    path: `${basePath}/v1/${api === 'chat' ? 'chat/completions' : 'completions'}`,
    headers: {
      'content-type': 'application/json',
      accept: isStreaming ? 'text/event-stream' : 'application/json',
      ...headers,
    },
    body: encoder.encode(JSON.stringify(body)),
  };
}

function toPrompt(api: BackendOptions['api'], { prompt }: RequestSample): Record<string, unknown> {
  if (api === 'completions') return { prompt: prompt.kind === 'text' ? prompt.text : prompt.tokenIds };
  if (prompt.kind === 'text') return { messages: [{ role: 'user', content: prompt.text }] };
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the chat interface takes no token IDs', {
    hint: 'use --api completions',
  });
}
