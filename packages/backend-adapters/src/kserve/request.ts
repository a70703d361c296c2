import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';

const encoder = new TextEncoder();

/** Which of KServe's own protocols `native` means. */
export type KserveProtocol = 'v1' | 'v2';

/**
 * Creates the function that encodes inference requests: the Open Inference Protocol (`/v2/models/M/infer`, one tensor of text
 * named `text_input`, sampling in `parameters`), or V1 (`/v1/models/M:predict`, the text as the one instance). The function throws
 * `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for prompts that are no single text.
 *
 * @throws AdapterError API_UNSUPPORTED when a stream is asked for: neither protocol has one over HTTP
 */
export function createInferEncoder(
  options: BackendOptions,
  protocol: KserveProtocol,
): (sample: RequestSample) => EncodedRequest {
  if (options.isStreaming) {
    throw new AdapterError('API_UNSUPPORTED', "KServe's own protocols do not stream over HTTP", {
      hint: 'add --no-stream, or use --api chat or --api completions',
    });
  }
  const name = encodeURIComponent(options.model);
  const path = `${options.basePath}${protocol === 'v2' ? `/v2/models/${name}/infer` : `/v1/models/${name}:predict`}`;
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...options.headers };
  const bodyOf = protocol === 'v2' ? inferBody : predictBody;
  return (sample) => ({ method: 'POST', path, headers, body: encoder.encode(JSON.stringify(bodyOf(sample))) });
}

function inferBody(sample: RequestSample): unknown {
  const limit = sample.maxOutputTokens;
  return {
    parameters: { temperature: 0, ...(limit === undefined ? {} : { max_tokens: limit }) },
    inputs: [{ name: 'text_input', shape: [1], datatype: 'BYTES', data: [textOf(sample)] }],
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
