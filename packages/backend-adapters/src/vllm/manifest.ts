import {
  flags,
  HTTP_PORT,
  type RuntimeManifest,
  type ServerSetting,
  weightsName,
} from '../manifests/runtime-manifest.ts';

/** Arguments that decide what is measured, apart from the model and the port. */
export function vllmEngineArguments({ plan }: Pick<ServerSetting, 'plan'>): readonly string[] {
  return [
    // Else the sampling defaults of the model's generation_config.json hold, and another runtime does not read them.
    '--generation-config=vllm',
    plan.engine.hasPrefixCache ? '--enable-prefix-caching' : '--no-enable-prefix-caching',
    ...flags({
      'max-model-len': plan.engine.maxModelTokens,
      'max-num-seqs': plan.engine.maxSequences,
      'gpu-memory-utilization': plan.engine.memoryFraction,
    }),
  ];
}

const VLLM_ENVIRONMENT: Readonly<Record<string, string>> = {
  HF_HOME: '/tmp',
  VLLM_CONFIG_ROOT: '/tmp',
  VLLM_NO_USAGE_STATS: '1',
  // Forking after CUDA has been touched fails.
  VLLM_WORKER_MULTIPROC_METHOD: 'spawn',
};

/** vLLM's OpenAI server. Flags as in `vllm/engine/arg_utils.py`. */
export const VLLM_MANIFEST: RuntimeManifest = {
  runtime: 'vllm',
  modelFormat: { name: 'vLLM', version: '1' },
  protocolVersions: [],
  needsSharedMemory: true,
  problemsWith: () => [],
  server: ({ plan, weights, tensorParallel }) => ({
    command: ['vllm', 'serve'],
    args: [
      weightsName(weights),
      ...flags({
        revision: weights.kind === 'hub' ? weights.revision : undefined,
        'served-model-name': plan.model.name,
        port: HTTP_PORT,
      }),
      ...vllmEngineArguments({ plan }),
      ...flags({ 'tensor-parallel-size': tensorParallel }),
    ],
    environment: VLLM_ENVIRONMENT,
    httpPort: HTTP_PORT,
    // `/health` is about the process alone; the list of models is served when the model is there.
    health: { ready: '/v1/models', live: '/health' },
    files: [],
  }),
};
