import type { RunConfig } from '@assay/contracts';
import {
  type Backend,
  type BackendCapabilities,
  createPromptSource,
  type FetchText,
  type PromptSource,
} from '@assay/loadgen';

export interface PromptInput {
  readonly config: RunConfig;
  readonly backend: Backend;
  readonly capabilities: BackendCapabilities;
  readonly fetchText: FetchText;
}

/** Prompts of exact length where the server lets us: token IDs first, its own tokenizer second, otherwise labelled approximate. */
export async function preparePrompts({ config, backend, capabilities, fetchText }: PromptInput): Promise<PromptSource> {
  const acceptsTokenIds = capabilities.acceptsTokenIdPrompts === true && backend.api === 'completions';
  const countTokens = capabilities.hasTokenizer === true ? backend.countTokens?.bind(backend, fetchText) : undefined;
  return await createPromptSource(config.dataset, {
    seed: config.seed,
    traceFile: config.load.kind === 'trace' ? config.load.file : undefined,
    acceptsTokenIds,
    countTokens,
  });
}
