import type { EncodedRequest, Prompt, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';

/** Texts of a prompt that each get a vector. */
export const inputCountOf = (prompt: Prompt): number => (prompt.kind === 'texts' ? prompt.texts.length : 1);

/** Creates the function that encodes requests of `/v1/embeddings`. It throws `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for conversations. */
export function createEmbeddingsEncoder(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): (sample: RequestSample) => EncodedRequest {
  return createJsonEncoder({ ...options, isStreaming: false }, '/v1/embeddings', (sample) => ({
    model: options.model,
    input: inputOf(sample.prompt),
    encoding_format: 'float',
    ...extraOf?.(sample),
  }));
}

function inputOf(prompt: Prompt): unknown {
  switch (prompt.kind) {
    case 'text':
      return prompt.text;
    case 'texts':
      return prompt.texts;
    case 'token-ids':
      return prompt.tokenIds;
    case 'messages':
      throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the embeddings interface takes no conversations', {
        hint: 'give rows with a prompt or a list named input',
      });
  }
}
