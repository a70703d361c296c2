import type { Backend } from '@assay/loadgen';
import { countTokens } from '../asking/count-tokens.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askVllmCapabilities } from './capabilities.ts';
import { readVllmCounters } from './metrics.ts';
import { createVllmFields, withoutStreamOptions } from './request.ts';
import { ForcedLengthDecoder, forcedTokensOf } from './stream.ts';

/** vLLM's server: OpenAI's interfaces, exact output lengths, token-ID prompts, counts by event, its tokenizer, version and totals. */
export function createVllmBackend(options: BackendOptions): Backend {
  const fields = createVllmFields(options);
  const face = createOpenAiFace(withoutStreamOptions(options), { extraOf: fields });
  return {
    name: 'vllm',
    api: options.api,
    ...face,
    createDecoder: (sample) => {
      const decoder = face.createDecoder(sample);
      const forcedTokens = options.api === 'responses' ? forcedTokensOf(sample, fields) : undefined;
      return forcedTokens === undefined ? decoder : new ForcedLengthDecoder(decoder, forcedTokens);
    },
    capabilities: (fetchText) => askVllmCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
    readCounters: (fetchText) => readVllmCounters(options, fetchText),
  };
}
