import type { Finding, RunConfig } from '@assay/contracts';
import {
  type Backend,
  type BackendCapabilities,
  createPromptSource,
  type FetchText,
  type PromptSource,
} from '@assay/loadgen';
import { probeTokenIds } from './token-id-probe.ts';

export interface PromptInput {
  readonly config: RunConfig;
  readonly backend: Backend;
  readonly capabilities: BackendCapabilities;
  readonly fetchText: FetchText;
}

export interface PreparedPrompts {
  readonly prompts: PromptSource;
  readonly findings: readonly Finding[];
}

/** Prompts of exact length where the server lets us: token IDs first, its own tokenizer second, otherwise labelled approximate. */
export async function preparePrompts(input: PromptInput): Promise<PreparedPrompts> {
  const { config, backend, capabilities, fetchText } = input;
  const isGenerated = config.dataset.kind === 'synthetic' || config.dataset.kind === 'trace';
  const refusal = isGenerated
    ? await probeTokenIds(backend, capabilities, fetchText, config.timeouts.totalMs)
    : undefined;
  const countTokens = capabilities.hasTokenizer === true ? backend.countTokens?.bind(backend, fetchText) : undefined;
  const prompts = await createPromptSource(config.dataset, {
    seed: config.seed,
    traceFile: config.load.kind === 'trace' ? config.load.file : undefined,
    // Adapters say it for the interface in use.
    acceptsTokenIds: capabilities.acceptsTokenIdPrompts === true && refusal === undefined,
    countTokens,
  });
  if (!isGenerated) encodeAll(prompts, backend);
  return { prompts, findings: refusal === undefined ? [] : [refusal] };
}

/** Encodes every request of a file once: what the interface has no place for is found before the load, with the adapter's hint. */
function encodeAll(prompts: PromptSource, backend: Backend): void {
  for (let index = 0; index < (prompts.size ?? 0); index++) backend.encode(prompts.sampleAt(index));
}
