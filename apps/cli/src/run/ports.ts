import { createBackend, type LocalTokenizer } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import type { Backend, BackendCapabilities } from '@assay/loadgen';
import { streamsByDefault } from '../config/streaming.ts';
import type { Endpoint } from './endpoint.ts';

/** Runtimes that can be told to go on past an answer's natural end. */
const EXACT_LENGTHS: ReadonlySet<string> = new Set(['vllm', 'sglang', 'llama-cpp']);

/** What the adapter of a run follows from. */
export type BackendConfig = Pick<RunConfig, 'backend' | 'api' | 'tokensPerEvent' | 'cacheSalt' | 'priority'> &
  Partial<Pick<RunConfig, 'stream' | 'verifyStream'>> & {
    /** The tokenizer of the configuration, loaded. */
    readonly localTokenizer?: LocalTokenizer | undefined;
  };

/** What a server told of itself and its model that requests and answers follow from; plain JSON, so that workers can be told. */
export type Told = Pick<BackendCapabilities, 'serverVersion' | 'promptTensor'>;

export const NOTHING_TOLD: Told = { serverVersion: undefined };

export function createRunBackend(endpoint: Endpoint, config: BackendConfig, model: string, told: Told): Backend {
  return createBackend({
    backend: config.backend,
    api: config.api,
    model,
    isStreaming: config.stream ?? streamsByDefault(config),
    ignoreEos: EXACT_LENGTHS.has(config.backend),
    includeUsage: true,
    basePath: endpoint.basePath,
    headers: endpoint.headers,
    verifyStream: config.verifyStream ?? false,
    tokensPerEvent: config.tokensPerEvent,
    cacheSalt: config.cacheSalt,
    priority: config.priority,
    tokenizer: config.localTokenizer,
    serverVersion: told.serverVersion,
    promptTensor: told.promptTensor,
  });
}
