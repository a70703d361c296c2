import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askVllmCapabilities } from './capabilities.ts';
import { readVllmCounters } from './counters.ts';
import { createVllmFields, withoutStreamOptions } from './request.ts';
import { countTokens } from './tokenize.ts';

/** vLLM's server: OpenAI's interfaces, exact output lengths, token-ID prompts, counts by event, its tokenizer, version and totals. */
export function createVllmBackend(options: BackendOptions): Backend {
  return {
    name: 'vllm',
    api: options.api,
    ...createOpenAiFace(withoutStreamOptions(options), createVllmFields(options)),
    capabilities: (fetchText) => askVllmCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
    readCounters: (fetchText) => readVllmCounters(options, fetchText),
  };
}
