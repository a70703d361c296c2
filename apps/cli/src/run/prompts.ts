import type { Finding, RunConfig } from '@assay/contracts';
import {
  type Backend,
  type BackendCapabilities,
  calibrateWords,
  createPromptSource,
  type FetchText,
  type PromptSource,
  type TokenIdRange,
  type WordCalibration,
} from '@assay/loadgen';
import { probeTokenIds } from './token-id-probe.ts';
import { tokenIdsOf } from './token-ids.ts';

export interface PromptInput {
  readonly config: RunConfig;
  readonly backend: Backend;
  readonly capabilities: BackendCapabilities;
  readonly fetchText: FetchText;
}

/** What makes the prompts of a run beside its configuration; plain JSON, so that workers can make the same. */
export interface PromptPlan {
  readonly acceptsTokenIds: boolean;
  /** What the server's tokenizer was found to do; absent where it was not asked. */
  readonly words?: WordCalibration;
  /** IDs of prompts of token IDs; absent for the default of loadgen, and where there are none. */
  readonly tokenIdRange?: TokenIdRange;
}

export interface PreparedPrompts {
  readonly prompts: PromptSource;
  readonly plan: PromptPlan;
  readonly findings: readonly Finding[];
}

/** Prompts of exact length where the server lets us: token IDs first, its own tokenizer second, otherwise labelled approximate. */
export async function preparePrompts(input: PromptInput): Promise<PreparedPrompts> {
  const { config, backend, capabilities, fetchText } = input;
  const isGenerated = config.dataset.kind !== 'jsonl' && config.dataset.kind !== 'sharegpt';
  const tokenIds = tokenIdsOf(config.tokenIdRange, capabilities.vocabularySize);
  const timeoutMs = config.timeouts.totalMs;
  const refusal = isGenerated
    ? await probeTokenIds({ backend, capabilities, fetchText, timeoutMs, tokenIds })
    : undefined;
  const countTokens = capabilities.hasTokenizer === true ? backend.countTokens?.bind(backend, fetchText) : undefined;
  // Adapters say it for the interface in use.
  const acceptsTokenIds = capabilities.acceptsTokenIdPrompts === true && refusal === undefined;
  const isAsked = isGenerated && !acceptsTokenIds && countTokens !== undefined;
  const hasIds = isGenerated && acceptsTokenIds && tokenIds !== undefined;
  const plan: PromptPlan = {
    acceptsTokenIds,
    ...(isAsked ? { words: await calibrateWords(countTokens) } : {}),
    ...(hasIds ? { tokenIdRange: tokenIds } : {}),
  };
  const prompts = await createPrompts(config, plan);
  if (!isGenerated) encodeAll(prompts, backend);
  return { prompts, plan, findings: refusal === undefined ? [] : [refusal] };
}

/** The prompts of a run, the same wherever they are made. */
export async function createPrompts(config: RunConfig, plan: PromptPlan): Promise<PromptSource> {
  return await createPromptSource(config.dataset, {
    seed: config.seed,
    traceFile: config.load.kind === 'trace' ? config.load.file : undefined,
    tenants: config.tenants,
    ...plan,
  });
}

/** Encodes every request of a file once: what the interface has no place for is found before the load, with the adapter's hint. */
function encodeAll(prompts: PromptSource, backend: Backend): void {
  for (let index = 0; index < (prompts.size ?? 0); index++) backend.encode(prompts.sampleAt(index));
}
