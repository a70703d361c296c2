import type { EncodedRequest, PromptTensor, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';
import { DEFAULT_PROMPT_TENSOR } from './prompt-tensor.ts';

/**
 * Creates the function that encodes inference requests: the Open Inference Protocol (`/v2/models/M/infer`, the index of the request as its
 * `id`, the text as the one tensor, sampling in `parameters`), or V1 (`/v1/models/M:predict`, the text as the one instance). The function throws
 * `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for prompts that are no single text.
 *
 * @throws AdapterError API_UNSUPPORTED when a stream is asked for: neither protocol has one over HTTP
 */
export function createInferEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  if (options.isStreaming) {
    throw new AdapterError('API_UNSUPPORTED', "KServe's own protocols do not stream over HTTP", {
      hint: 'add --no-stream, or use --api chat or --api completions',
    });
  }
  const name = encodeURIComponent(options.model);
  const isV1 = options.api === 'v1';
  const path = isV1 ? `/v1/models/${name}:predict` : `/v2/models/${name}/infer`;
  const tensor = options.promptTensor ?? DEFAULT_PROMPT_TENSOR;
  return createJsonEncoder(options, path, isV1 ? predictBody : (sample) => inferBody(sample, tensor));
}

function inferBody(sample: RequestSample, { name, shape }: PromptTensor): unknown {
  const limit = sample.maxOutputTokens;
  return {
    id: String(sample.index),
    parameters: { temperature: 0, ...(limit === undefined ? {} : { max_tokens: limit }) },
    inputs: [{ name, shape, datatype: 'BYTES', data: [textOf(sample)] }],
  };
}

const predictBody = (sample: RequestSample): unknown => ({ instances: [textOf(sample)] });

function textOf(sample: RequestSample): string {
  const prompt = plainPrompt(sample.prompt, "KServe's own protocols");
  if (prompt.kind === 'text') return prompt.text;
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', "KServe's own protocols are sent texts, not token IDs", {
    hint: 'use --api completions',
  });
}
