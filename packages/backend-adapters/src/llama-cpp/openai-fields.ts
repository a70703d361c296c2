import type { RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { forcesLength } from '../encoding/exact-lengths.ts';

type Fields = Readonly<Record<string, unknown>>;

/** llama.cpp's own parameters on chat and completions. Timings in every event hold the running total of tokens. */
export function createLlamaCppFields(options: BackendOptions): ((sample: RequestSample) => Fields) | undefined {
  const { api, isStreaming, tokensPerEvent } = options;
  if (api !== 'chat' && api !== 'completions') return undefined;
  const fixed: Fields = isStreaming && tokensPerEvent === 'continuous-usage' ? { timings_per_token: true } : {};
  if (!options.ignoreEos) return Object.keys(fixed).length === 0 ? undefined : () => fixed;
  return (sample) => (forcesLength(options, sample) ? { ...fixed, ignore_eos: true } : fixed);
}
