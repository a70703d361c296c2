import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { forcesLength } from '../encoding/exact-lengths.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { nativePrompt } from '../encoding/native-prompt.ts';

/**
 * Creates the function that encodes requests to `POST /generate`: text or token IDs, greedy, `max_new_tokens` tokens. The interface has no
 * place for a model's name: the server serves one.
 */
export function createGenerateEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  const { isStreaming } = options;
  return createJsonEncoder(options, '/generate', (sample) => {
    const { maxOutputTokens } = sample;
    const prompt = nativePrompt(sample, '/generate');
    return {
      ...(prompt.kind === 'text' ? { text: prompt.text } : { input_ids: prompt.tokenIds }),
      sampling_params: {
        temperature: 0,
        ...(maxOutputTokens === undefined ? {} : { max_new_tokens: maxOutputTokens }),
        ...(forcesLength(options, sample) ? { ignore_eos: true } : {}),
      },
      ...(isStreaming ? { stream: true } : {}),
    };
  });
}
