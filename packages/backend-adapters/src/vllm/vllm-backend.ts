import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from '../openai/backend-options.ts';
import { createOpenAiBackend } from '../openai/openai-backend.ts';
import { encodeRequest } from '../openai/request.ts';
import { askVllmCapabilities } from './capabilities.ts';
import { countTokens } from './tokenize.ts';

/** vLLM's server: OpenAI's interfaces, exact output lengths, token-ID prompts, its tokenizer and its version. */
export function createVllmBackend(options: BackendOptions): Backend {
  return {
    ...createOpenAiBackend(options),
    name: 'vllm',
    encode: (sample) =>
      encodeRequest(options, sample, {
        ...(options.ignoreEos ? { ignore_eos: true } : {}),
        ...(options.ignoreEos && sample.maxOutputTokens !== undefined ? { min_tokens: sample.maxOutputTokens } : {}),
      }),
    capabilities: (fetchText) => askVllmCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
  };
}
