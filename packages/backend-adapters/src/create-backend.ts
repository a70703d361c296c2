import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from './openai/backend-options.ts';
import { createOpenAiBackend } from './openai/openai-backend.ts';
import { createVllmBackend } from './vllm/vllm-backend.ts';

const FACTORIES: Readonly<Record<BackendOptions['backend'], (options: BackendOptions) => Backend>> = {
  openai: createOpenAiBackend,
  vllm: createVllmBackend,
};

/** The adapter of a runtime. */
export function createBackend(options: BackendOptions): Backend {
  return FACTORIES[options.backend](options);
}
