import { AdapterError, type ServerIdentity } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import { streamsByDefault } from '../config/streaming.ts';
import type { Endpoint } from './endpoint.ts';
import { type BackendConfig, createRunBackend, NOTHING_TOLD } from './ports.ts';

/** Which choices the user left open. */
export interface OpenChoices {
  readonly backend: boolean;
  readonly api: boolean;
  readonly stream: boolean;
}

export const NOTHING_OPEN: OpenChoices = { backend: false, api: false, stream: false };

/** What a server decides where the user does not. */
export type Chosen = Pick<BackendConfig, 'backend' | 'api'> & Partial<Pick<RunConfig, 'stream'>>;

export interface DetectInput {
  readonly identity: ServerIdentity | undefined;
  readonly config: BackendConfig;
  readonly open: OpenChoices;
  readonly endpoint: Endpoint;
  /** The first question, which is that of `config`, was answered with models. */
  readonly isAnswered: boolean;
}

/**
 * The adapter of a recognised runtime where the user named none; `undefined` where the configured one stays: no sign of a runtime, KServe
 * in front of one that answers, or an interface that the adapter does not speak.
 */
export function detectBackend(input: DetectInput): Chosen | undefined {
  const { identity, config, open, endpoint, isAnswered } = input;
  if (identity === undefined) return undefined;
  const { backend } = identity;
  if (backend === 'kserve') return isAnswered ? undefined : detectKserve(input, identity);
  if (!open.backend || backend === config.backend) return undefined;
  // Triton speaks no OpenAI interface of its own.
  if (backend === 'triton' && !open.api) return undefined;
  const chosen: Chosen = { backend, api: backend === 'triton' ? 'native' : config.api };
  return isSpoken({ ...config, ...chosen }, endpoint) ? chosen : undefined;
}

/** KServe without models behind OpenAI's routes: first those below its own prefix are tried, then its own protocols. */
function detectKserve({ config, open, endpoint }: DetectInput, { api }: ServerIdentity): Chosen | undefined {
  if (config.backend !== 'kserve' && !open.backend) return undefined;
  const own: Chosen['api'] = api ?? 'native';
  if (config.backend !== 'kserve' && (!open.api || own !== 'v1')) return { backend: 'kserve', api: config.api };
  if (!open.api || config.api === own) return undefined;
  const chosen: Chosen = { backend: 'kserve', api: own };
  const streaming = open.stream ? { stream: streamsByDefault(chosen) } : {};
  return isSpoken({ ...config, ...chosen, ...streaming }, endpoint) ? { ...chosen, ...streaming } : undefined;
}

function isSpoken(config: BackendConfig, endpoint: Endpoint): boolean {
  try {
    createRunBackend(endpoint, config, '', NOTHING_TOLD);
    return true;
  } catch (error: unknown) {
    if (error instanceof AdapterError && error.code === 'API_UNSUPPORTED') return false;
    throw error;
  }
}
