import { stringify } from 'yaml';
import {
  HTTP_PORT,
  type RuntimeManifest,
  type ServerFile,
  type ServerSetting,
  weightsName,
} from '../manifests/runtime-manifest.ts';

const GRPC_PORT = 9000;
const METRICS_PORT = 8002;
const VLLM_REPOSITORY = '/etc/triton/models';
/** Where the image keeps the model repository of TensorRT-LLM's LLM API. */
const TENSORRT_REPOSITORY = '/app/all_models/llmapi';

/** A model repository for Triton's vLLM backend: `model.json` holds the arguments of the engine. */
function vllmFiles({ plan, weights, tensorParallel }: ServerSetting): readonly ServerFile[] {
  const engine = {
    model: weightsName(weights),
    ...(weights.kind === 'hub' && weights.revision !== undefined ? { revision: weights.revision } : {}),
    generation_config: 'vllm',
    enable_prefix_caching: plan.engine.hasPrefixCache,
    max_model_len: plan.engine.maxModelTokens,
    max_num_seqs: plan.engine.maxSequences,
    ...(plan.engine.memoryFraction === undefined ? {} : { gpu_memory_utilization: plan.engine.memoryFraction }),
    tensor_parallel_size: tensorParallel,
    disable_log_stats: false,
  };
  const configuration = `backend: "vllm"
instance_group [{ count: 1, kind: KIND_MODEL }]
parameters: { key: "REPORT_CUSTOM_METRICS", value: { string_value: "true" } }
`;
  return [
    { key: 'config.pbtxt', path: `${VLLM_REPOSITORY}/${plan.model.name}/config.pbtxt`, text: configuration },
    {
      key: 'model.json',
      path: `${VLLM_REPOSITORY}/${plan.model.name}/1/model.json`,
      text: `${JSON.stringify(engine, undefined, 2)}\n`,
    },
  ];
}

/** The settings of TensorRT-LLM's LLM API, in place of those in the image. */
function tensorrtFiles({ plan, weights, tensorParallel }: ServerSetting): readonly ServerFile[] {
  const engine = {
    model: weightsName(weights),
    ...(weights.kind === 'hub' && weights.revision !== undefined ? { revision: weights.revision } : {}),
    backend: 'pytorch',
    tensor_parallel_size: tensorParallel,
    max_seq_len: plan.engine.maxModelTokens,
    max_batch_size: plan.engine.maxSequences,
    kv_cache_config: {
      enable_block_reuse: plan.engine.hasPrefixCache,
      ...(plan.engine.memoryFraction === undefined ? {} : { free_gpu_memory_fraction: plan.engine.memoryFraction }),
    },
    // Without it there are no streams.
    triton_config: { max_batch_size: 0, decoupled: true },
  };
  return [{ key: 'model.yaml', path: `${TENSORRT_REPOSITORY}/tensorrt_llm/1/model.yaml`, text: stringify(engine) }];
}

/** Triton in front of vLLM or TensorRT-LLM. Flags as in `src/command_line_parser.cc`. */
export const TRITON_MANIFEST: RuntimeManifest = {
  runtime: 'triton',
  modelFormat: { name: 'triton', version: '2' },
  protocolVersions: ['v2', 'grpc-v2'],
  needsSharedMemory: true,
  problemsWith: ({ engine, model }) => [
    ...(engine.tritonBackend === undefined ? ['engine.tritonBackend is missing: vllm or tensorrt-llm'] : []),
    ...(engine.tritonBackend === 'tensorrt-llm' && model.name !== 'tensorrt_llm'
      ? ['model.name: the LLM API of TensorRT-LLM serves its model as tensorrt_llm']
      : []),
    ...(/^[A-Za-z0-9_.-]+$/.test(model.name) ? [] : ['model.name is a folder in the model repository: no slash']),
  ],
  server: (setting) => {
    const isVllm = setting.plan.engine.tritonBackend === 'vllm';
    return {
      command: ['tritonserver'],
      args: [
        `--model-repository=${isVllm ? VLLM_REPOSITORY : TENSORRT_REPOSITORY}`,
        `--http-port=${HTTP_PORT}`,
        `--grpc-port=${GRPC_PORT}`,
        `--metrics-port=${METRICS_PORT}`,
        '--allow-metrics=true',
        '--strict-readiness=true',
      ],
      environment: { HF_HOME: '/tmp' },
      httpPort: HTTP_PORT,
      grpcPort: GRPC_PORT,
      metricsPort: METRICS_PORT,
      health: { ready: '/v2/health/ready', live: '/v2/health/live' },
      files: isVllm ? vllmFiles(setting) : tensorrtFiles(setting),
    };
  },
};
