import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from '../openai/backend-options.ts';
import { createOpenAiBackend } from '../openai/openai-backend.ts';
import { createRequestEncoder } from '../openai/request.ts';
import { askVllmCapabilities } from './capabilities.ts';
import { countTokens } from './tokenize.ts';

/** vLLM's server: OpenAI's interfaces, exact output lengths, token-ID prompts, its tokenizer and its version. */
export function createVllmBackend(options: BackendOptions): Backend {
  return {
    ...createOpenAiBackend(options),
    name: 'vllm',
    encode: createRequestEncoder(
      options,
      options.ignoreEos
        ? ({ maxOutputTokens }) => ({
            ignore_eos: true,
            ...(maxOutputTokens === undefined ? {} : { min_tokens: maxOutputTokens }),
          })
        : undefined,
    ),
    capabilities: (fetchText) => askVllmCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
  };
}
