import type { EncodedRequest, Prompt, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';

const encoder = new TextEncoder();

/** Texts of a prompt that each get a vector. */
export const inputCountOf = (prompt: Prompt): number => (prompt.kind === 'texts' ? prompt.texts.length : 1);

/** Creates the function that encodes requests of `/v1/embeddings`. It throws `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for conversations. */
export function createEmbeddingsEncoder(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): (sample: RequestSample) => EncodedRequest {
  const path = `${options.basePath}/v1/embeddings`;
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...options.headers };
  return (sample) => {
    const body = {
      model: options.model,
      input: inputOf(sample.prompt),
      encoding_format: 'float',
      ...extraOf?.(sample),
    };
    return { method: 'POST', path, headers, body: encoder.encode(JSON.stringify(body)) };
  };
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
