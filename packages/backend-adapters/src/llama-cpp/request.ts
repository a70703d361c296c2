import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { forcesLength } from '../encoding/exact-lengths.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { nativePrompt } from '../encoding/native-prompt.ts';

/**
 * Creates the function that encodes requests to `POST /completion`: text or token IDs, greedy, `n_predict` tokens. The model is named for
 * routers in front of several servers; a server with one model does not look at it.
 */
export function createCompletionEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  const { model, isStreaming } = options;
  return createJsonEncoder(options, '/completion', (sample) => {
    const { maxOutputTokens } = sample;
    const prompt = nativePrompt(sample, '/completion');
    return {
      model,
      prompt: prompt.kind === 'text' ? prompt.text : prompt.tokenIds,
      ...(maxOutputTokens === undefined ? {} : { n_predict: maxOutputTokens }),
      temperature: 0,
      ...(isStreaming ? { stream: true } : {}),
      ...(forcesLength(options, sample) ? { ignore_eos: true } : {}),
    };
  });
}
