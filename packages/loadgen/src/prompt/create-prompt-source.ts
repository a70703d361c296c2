import type { RunConfig } from '@assay/contracts';
import { LoadgenError } from '../errors.ts';
import { readTrace } from '../schedule/trace-file.ts';
import { createAgenticPrompts } from './agentic-prompts.ts';
import { readAgenticTrace } from './agentic-trace.ts';
import { type CountTokens, calibrateWords, UNCHECKED_WORDS } from './calibrate-words.ts';
import { createFilePrompts } from './dataset-file.ts';
import type { PromptSource } from './prompt-source.ts';
import {
  createTokenIdWriter,
  createWordWriter,
  type PromptWriter,
  type TokenIdRange,
  type WordCalibration,
} from './prompt-writer.ts';
import { createSyntheticPrompts } from './synthetic.ts';
import { type TenantShare, withTenants } from './tenants.ts';
import { createTracePrompts } from './trace-prompts.ts';

export interface PromptOptions {
  readonly seed: number;
  /** The trace file of the load, for the dataset kind `trace`. */
  readonly traceFile?: string | undefined;
  /** The server takes prompts as token IDs: lengths are exact without asking a tokenizer. */
  readonly acceptsTokenIds?: boolean;
  readonly tokenIdRange?: TokenIdRange;
  /** The server's own tokenizer; without it the lengths of texts are labelled approximate. */
  readonly countTokens?: CountTokens | undefined;
  /** Whom requests belong to that say nothing of it themselves; absent where that is nobody. */
  readonly tenants?: readonly TenantShare[] | undefined;
  /** What the tokenizer was found to do before, so that it is not asked again; see {@link calibrateWords}. */
  readonly words?: WordCalibration | undefined;
}

/**
 * Prompts of a dataset. Asks the server's tokenizer during preparation only, never per request.
 * @throws LoadgenError DATASET_UNREADABLE, DATASET_INVALID, TRACE_UNREADABLE, TRACE_INVALID
 */
export async function createPromptSource(dataset: RunConfig['dataset'], options: PromptOptions): Promise<PromptSource> {
  const source = await createSource(dataset, options);
  return options.tenants === undefined ? source : withTenants(source, options.tenants, options.seed);
}

async function createSource(dataset: RunConfig['dataset'], options: PromptOptions): Promise<PromptSource> {
  switch (dataset.kind) {
    case 'jsonl':
    case 'sharegpt':
      return createFilePrompts(dataset.kind, dataset.file);
    case 'agentic':
      return createAgenticPrompts(readAgenticTrace(dataset.file), options.seed, await createWriter(options));
    case 'synthetic':
      return createSyntheticPrompts(dataset, options.seed, await createWriter(options));
    case 'trace': {
      if (options.traceFile === undefined) {
        throw new LoadgenError('DATASET_INVALID', 'the dataset kind trace needs a load of kind trace', {
          hint: 'give --trace FILE',
        });
      }
      return createTracePrompts(readTrace(options.traceFile), options.seed, await createWriter(options));
    }
  }
}

async function createWriter(options: PromptOptions): Promise<PromptWriter> {
  if (options.acceptsTokenIds === true) return createTokenIdWriter(options.tokenIdRange);
  const { countTokens, words } = options;
  if (words !== undefined) return createWordWriter(words);
  return createWordWriter(countTokens === undefined ? UNCHECKED_WORDS : await calibrateWords(countTokens));
}
