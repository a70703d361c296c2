import { AdapterError, type ServerIdentity } from '@assay/backend-adapters';
import type { Endpoint } from './endpoint.ts';
import { type BackendConfig, createRunBackend } from './ports.ts';

/** Which choices the user left open. */
export interface OpenChoices {
  readonly backend: boolean;
  readonly api: boolean;
}

type Chosen = Pick<BackendConfig, 'backend' | 'api'>;

/**
 * The adapter of a recognised runtime where the user named none; `undefined` where `openai` stays: no sign of a runtime, KServe, which
 * may stand in front of any, or an interface that the adapter does not speak.
 */
export function detectBackend(
  identity: ServerIdentity | undefined,
  config: BackendConfig,
  open: OpenChoices,
  endpoint: Endpoint,
): Chosen | undefined {
  if (!open.backend || identity === undefined) return undefined;
  const { backend } = identity;
  if (backend === config.backend || backend === 'kserve') return undefined;
  // Triton speaks no OpenAI interface of its own.
  if (backend === 'triton' && !open.api) return undefined;
  const chosen: Chosen = { backend, api: backend === 'triton' ? 'native' : config.api };
  return isSpoken({ ...config, ...chosen }, endpoint) ? chosen : undefined;
}

function isSpoken(config: BackendConfig, endpoint: Endpoint): boolean {
  try {
    createRunBackend(endpoint, config, '');
    return true;
  } catch (error: unknown) {
    if (error instanceof AdapterError && error.code === 'API_UNSUPPORTED') return false;
    throw error;
  }
}
