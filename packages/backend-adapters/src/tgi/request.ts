import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { jsonHeaders } from '../encoding/json-headers.ts';
import { grammarField } from './grammar.ts';

const encoder = new TextEncoder();

/**
 * Creates the function that encodes requests for `/generate_stream` and `/generate`. Sampling is off: `do_sample` is false and no
 * temperature is sent, since 0 is an error on these routes. Details are asked for, because only they say how an answer ended. The
 * function throws `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for token IDs.
 */
export function createTgiEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  const { isStreaming, basePath } = options;
  const path = `${basePath}${isStreaming ? '/generate_stream' : '/generate'}`;
  const headers = jsonHeaders(options);
  return (sample) => {
    const { maxOutputTokens } = sample;
    const limit = maxOutputTokens === undefined ? '' : `"max_new_tokens":${JSON.stringify(maxOutputTokens)},`;
    const grammar = grammarField(sample.responseFormat, sample);
    const parameters = `{${limit}"do_sample":false,"details":true,"decoder_input_details":false${grammar}}`;
    const body = encoder.encode(`{"inputs":${JSON.stringify(textOf(sample))},"parameters":${parameters}}`);
    return { method: 'POST', path, headers, body };
  };
}

/** Refuses what the server would refuse or, worse, read over: token IDs everywhere, forms of answers on completions. */
export function withinTgi(
  options: BackendOptions,
  encode: (sample: RequestSample) => EncodedRequest,
): (sample: RequestSample) => EncodedRequest {
  return (sample) => {
    if (sample.prompt.kind === 'token-ids') throw unsupported('TGI takes no token IDs as a prompt', 'use text prompts');
    if (options.api === 'completions' && sample.responseFormat !== undefined)
      throw unsupported('completions of TGI have no form of answers', 'use --api chat or --api native');
    return encode(sample);
  };
}

function textOf({ prompt, tools }: RequestSample): string {
  if (tools !== undefined) throw unsupported('the native interface of TGI takes no tools', 'use --api chat');
  if (prompt.kind === 'text') return prompt.text;
  throw unsupported(
    `the native interface of TGI takes one text, not ${prompt.kind}`,
    prompt.kind === 'token-ids' ? 'use text prompts' : 'use --api chat or --api completions',
  );
}

const unsupported = (message: string, hint: string): AdapterError =>
  new AdapterError('PROMPT_KIND_UNSUPPORTED', message, { hint });
