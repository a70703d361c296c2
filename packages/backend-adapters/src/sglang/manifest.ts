import { flags, HTTP_PORT, type RuntimeManifest, weightsName } from '../manifests/runtime-manifest.ts';

/** SGLang. Flags as in its `server_args.py`. */
export const SGLANG_MANIFEST: RuntimeManifest = {
  runtime: 'sglang',
  modelFormat: { name: 'sglang', version: '1' },
  protocolVersions: [],
  needsSharedMemory: true,
  problemsWith: () => [],
  server: ({ plan, weights, tensorParallel }) => ({
    command: ['python3', '-m', 'sglang.launch_server'],
    args: [
      ...flags({
        'model-path': weightsName(weights),
        revision: weights.kind === 'hub' ? weights.revision : undefined,
        'served-model-name': plan.model.name,
        host: '0.0.0.0',
        port: HTTP_PORT,
        // Else the sampling defaults of the model's generation_config.json hold.
        'sampling-defaults': 'openai',
        'context-length': plan.engine.maxModelTokens,
        'max-running-requests': plan.engine.maxSequences,
        'mem-fraction-static': plan.engine.memoryFraction,
        'tensor-parallel-size': tensorParallel,
      }),
      // On is the default, and there is no flag that says so.
      ...(plan.engine.hasPrefixCache ? [] : ['--disable-radix-cache']),
      '--enable-cache-report',
      '--enable-metrics',
    ],
    environment: {
      HF_HOME: '/tmp',
      // Else each probe generates a token, and the probes of a busy server stand in its queue.
      SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION: 'false',
    },
    httpPort: HTTP_PORT,
    health: { ready: '/health', live: '/health' },
    files: [],
  }),
};
