import { createBackend, type LocalTokenizer } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import {
  type Backend,
  createFetchText,
  createNetTransport,
  createUndiciTransport,
  type FetchText,
  type Transport,
} from '@assay/loadgen';
import type { Clock } from '@assay/timebase';
import type { Endpoint } from './endpoint.ts';

/** Longer than a busy server takes to close after its last byte, and short beside any run. */
const REUSE_PROOF_MS = 100;

export function createTransport(endpoint: Endpoint, name: RunConfig['transport'], clock: Clock): Transport {
  return name === 'net'
    ? createNetTransport(endpoint.transportTarget, { clock, reuseProofMs: REUSE_PROOF_MS })
    : createUndiciTransport(endpoint.transportTarget, { clock });
}

/** Runtimes that can be told to go on past an answer's natural end. */
const EXACT_LENGTHS: ReadonlySet<string> = new Set(['vllm', 'sglang', 'llama-cpp']);

/** What the adapter of a run follows from. */
export type BackendConfig = Pick<RunConfig, 'backend' | 'api' | 'tokensPerEvent' | 'cacheSalt' | 'priority'> &
  Partial<Pick<RunConfig, 'stream' | 'verifyStream'>> & {
    /** The tokenizer of the configuration, loaded. */
    readonly localTokenizer?: LocalTokenizer | undefined;
  };

export function createRunBackend(endpoint: Endpoint, config: BackendConfig, model: string): Backend {
  return createBackend({
    backend: config.backend,
    api: config.api,
    model,
    isStreaming: config.stream ?? true,
    ignoreEos: EXACT_LENGTHS.has(config.backend),
    includeUsage: true,
    basePath: endpoint.basePath,
    headers: endpoint.headers,
    verifyStream: config.verifyStream ?? false,
    tokensPerEvent: config.tokensPerEvent,
    cacheSalt: config.cacheSalt,
    priority: config.priority,
    tokenizer: config.localTokenizer,
  });
}

export function createEndpointFetch(endpoint: Endpoint): FetchText {
  return createFetchText(endpoint.transportTarget);
}
