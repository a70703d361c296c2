import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';
import { prepareForm, responsesFormFields } from './answer-form.ts';
import { toResponsesInput } from './conversation.ts';

/**
 * Creates the function that encodes requests of `/v1/responses`. Nothing is stored on the server. `extraOf` gives a runtime's own
 * parameters. The function throws `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for token IDs, for which the interface has no place.
 */
export function createResponsesEncoder(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): (sample: RequestSample) => EncodedRequest {
  const { model, isStreaming } = options;
  return createJsonEncoder(options, '/v1/responses', (sample) => {
    prepareForm(sample);
    const { maxOutputTokens } = sample;
    return {
      model,
      input: inputOf(sample),
      ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
      temperature: 0,
      store: false,
      ...(isStreaming ? { stream: true } : {}),
      ...responsesFormFields(sample),
      ...extraOf?.(sample),
    };
  });
}

function inputOf({ prompt }: RequestSample): unknown {
  if (prompt.kind === 'messages') return toResponsesInput(prompt.messages);
  const plain = plainPrompt(prompt, 'the responses interface');
  if (plain.kind === 'text') return plain.text;
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the responses interface takes no token IDs', {
    hint: 'use --api completions',
  });
}
