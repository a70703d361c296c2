import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { forcesLength } from '../encoding/exact-lengths.ts';
import { jsonHeaders } from '../encoding/json-headers.ts';
import { nativePrompt } from '../encoding/native-prompt.ts';

const encoder = new TextEncoder();

/**
 * Creates the function that encodes requests to `POST /completion`: text or token IDs, greedy, `n_predict` tokens. The model is named for
 * routers in front of several servers; a server with one model does not look at it.
 */
export function createCompletionEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  const { model, isStreaming, basePath } = options;
  const path = `${basePath}/completion`;
  const headers = jsonHeaders(options);
  return (sample) => {
    const { maxOutputTokens } = sample;
    const prompt = nativePrompt(sample, '/completion');
    const body = {
      model,
      prompt: prompt.kind === 'text' ? prompt.text : prompt.tokenIds,
      ...(maxOutputTokens === undefined ? {} : { n_predict: maxOutputTokens }),
      temperature: 0,
      ...(isStreaming ? { stream: true } : {}),
      ...(forcesLength(options, sample) ? { ignore_eos: true } : {}),
    };
    return { method: 'POST', path, headers, body: encoder.encode(JSON.stringify(body)) };
  };
}
