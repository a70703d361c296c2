import type { Backend } from '@assay/loadgen';
import { AdapterError } from './adapter-error.ts';
import type { BackendOptions } from './backend-options.ts';
import { createKserveBackend } from './kserve/kserve-backend.ts';
import { createLlamaCppBackend } from './llama-cpp/llama-cpp-backend.ts';
import { createOpenAiBackend } from './openai/openai-backend.ts';
import { createSglangBackend } from './sglang/sglang-backend.ts';
import { createTgiBackend } from './tgi/tgi-backend.ts';
import { createTritonBackend } from './triton/triton-backend.ts';
import { createVllmBackend } from './vllm/vllm-backend.ts';

const FACTORIES: Readonly<Partial<Record<BackendOptions['backend'], (options: BackendOptions) => Backend>>> = {
  openai: createOpenAiBackend,
  tgi: createTgiBackend,
  vllm: createVllmBackend,
  triton: createTritonBackend,
  kserve: createKserveBackend,
  sglang: createSglangBackend,
  'llama-cpp': createLlamaCppBackend,
};

/**
 * The adapter of a runtime.
 *
 * @throws AdapterError BACKEND_UNSUPPORTED
 */
export function createBackend(options: BackendOptions): Backend {
  const create = FACTORIES[options.backend];
  if (create !== undefined) return create(options);
  throw new AdapterError('BACKEND_UNSUPPORTED', `there is no adapter for ${options.backend}`, {
    hint: 'use --backend openai where the server speaks it',
  });
}
