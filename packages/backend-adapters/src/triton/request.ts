import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';

/**
 * Creates the function that encodes requests of the generate extension. One body serves every model behind Triton: a key that
 * the model declares as an input becomes a tensor, any other a parameter of the request, which the backends below do not look at.
 * `sampling_parameters` is the vLLM backend's, and keeps it from reading the other keys as sampling parameters; `max_tokens`,
 * `min_tokens` and `stream` are the TensorRT-LLM ensemble's; `sampling_param_*` and `streaming` those of TensorRT-LLM's LLM API model.
 * Numbers at the top level are integers, as older servers refuse fractions there. The function throws `AdapterError`
 * (`PROMPT_KIND_UNSUPPORTED`) for prompts that are no single text, for which the extension has no place.
 */
export function createTritonEncoder(options: BackendOptions): (sample: RequestSample) => EncodedRequest {
  const { model, isStreaming, includeUsage, ignoreEos } = options;
  const path = `/v2/models/${encodeURIComponent(model)}/${isStreaming ? 'generate_stream' : 'generate'}`;
  const common = {
    stream: isStreaming,
    streaming: isStreaming,
    exclude_input_in_output: true,
    sampling_param_exclude_input_from_output: true,
    return_finish_reason: true,
    ...(includeUsage ? { return_num_input_tokens: true, return_num_output_tokens: true } : {}),
  };
  return createJsonEncoder(options, path, (sample) => {
    const limit = sample.maxOutputTokens;
    return {
      text_input: textOf(sample),
      ...(limit === undefined ? {} : { max_tokens: limit, sampling_param_max_tokens: limit }),
      ...(limit === undefined || !ignoreEos ? {} : { min_tokens: limit }),
      sampling_parameters: samplingParameters(limit, ignoreEos),
      ...common,
    };
  });
}

/** A text, as request parameters cannot hold all that the vLLM backend takes. */
function samplingParameters(limit: number | undefined, ignoreEos: boolean): string {
  return JSON.stringify({
    temperature: 0,
    ...(limit === undefined ? {} : { max_tokens: limit }),
    ...(ignoreEos ? { ignore_eos: true, ...(limit === undefined ? {} : { min_tokens: limit }) } : {}),
  });
}

function textOf(sample: RequestSample): string {
  const prompt = plainPrompt(sample.prompt, 'the generate extension');
  if (prompt.kind === 'text') return prompt.text;
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the generate extension takes no token IDs', {
    hint: 'send texts, or measure the OpenAI frontend of Triton with --api completions',
  });
}
