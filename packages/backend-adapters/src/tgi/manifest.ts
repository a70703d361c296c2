import { flags, HTTP_PORT, type RuntimeManifest, weightsName } from '../manifests/runtime-manifest.ts';

/** Text Generation Inference. Flags and variables as in `launcher/src/main.rs`. */
export const TGI_MANIFEST: RuntimeManifest = {
  runtime: 'tgi',
  modelFormat: { name: 'huggingface', version: '1' },
  protocolVersions: [],
  needsSharedMemory: true,
  problemsWith: () => [],
  server: ({ plan, weights, tensorParallel }) => ({
    // The entry point of the image activates its Python environment and ends in the launcher.
    command: [],
    args: flags({
      'model-id': weightsName(weights),
      revision: weights.kind === 'hub' ? weights.revision : undefined,
      hostname: '0.0.0.0',
      // By flag: Knative keeps the variable PORT for itself.
      port: HTTP_PORT,
      'num-shard': tensorParallel,
      'max-total-tokens': plan.engine.maxModelTokens,
      'max-batch-size': plan.engine.maxSequences,
      // The default of 128 answers 429 beyond it, where the others queue.
      'max-concurrent-requests': Math.max(1024, 4 * plan.engine.maxSequences),
      'cuda-memory-fraction': plan.engine.memoryFraction,
    }),
    environment: {
      // There is no flag for it.
      PREFIX_CACHING: plan.engine.hasPrefixCache ? '1' : '0',
      HF_HOME: '/tmp',
      HUGGINGFACE_HUB_CACHE: '/tmp/hub',
      USAGE_STATS: 'off',
    },
    httpPort: HTTP_PORT,
    health: { ready: '/health', live: '/health' },
    files: [],
  }),
};
