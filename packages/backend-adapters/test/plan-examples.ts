import type { DeploymentPlan, DeploymentShape, KnativeScaling } from '../src/manifests/plan.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Every knob, each at a value that is not its default. */
export const FULL_SCALING: KnativeScaling = {
  class: 'kpa',
  metric: 'concurrency',
  target: 16,
  targetUtilizationPercentage: 100,
  minScale: 0,
  maxScale: 4,
  initialScale: 1,
  activationScale: 2,
  scaleDownDelaySeconds: 30,
  windowSeconds: 120,
  panicWindowPercentage: 20,
  panicThresholdPercentage: 150,
  podRetentionSeconds: 300,
  targetBurstCapacity: -1,
};

/** Every shape that a runtime can take. */
export const SHAPES: readonly DeploymentShape[] = [
  { kind: 'kserve-knative', scaling: FULL_SCALING, containerConcurrency: 64, timeoutSeconds: 600 },
  { kind: 'kserve-standard', replicas: 2 },
  { kind: 'knative-service', scaling: FULL_SCALING, containerConcurrency: 64, timeoutSeconds: 600 },
  { kind: 'deployment', replicas: 1 },
  { kind: 'llm-inference-service', replicas: 2, hasScheduler: true },
];

const BASE = {
  name: 'bench',
  namespace: 'assay',
  model: { name: 'tiny', uri: 'hf://owner/model:main' },
  engine: { hasPrefixCache: false, maxModelTokens: 8192, maxSequences: 64, memoryFraction: 0.9 },
  resources: { accelerator: { kind: 'gpu', count: 2 }, cpuCores: 8, memoryGib: 64, sharedMemoryGib: 8 },
  loadTimeoutSeconds: 1800,
} as const;

/** A plan for each runtime, all in one shape. */
export function examplePlans(shape: DeploymentShape): readonly DeploymentPlan[] {
  const plan = (
    runtime: DeploymentPlan['runtime'],
    image: string,
    rest: Partial<DeploymentPlan> = {},
  ): DeploymentPlan => ({
    ...BASE,
    runtime,
    shape,
    image: `${image}@${DIGEST}`,
    ...rest,
  });
  const { memoryFraction: _, ...engine } = BASE.engine;
  const vllm = plan('vllm', 'vllm/vllm-openai');
  if (shape.kind === 'llm-inference-service') return [vllm];
  return [
    vllm,
    plan('tgi', 'ghcr.io/huggingface/text-generation-inference', { environment: { LOG_LEVEL: 'off' } }),
    plan('triton', 'nvcr.io/nvidia/tritonserver', {
      engine: { ...BASE.engine, tritonBackend: 'vllm' },
      runAsUser: 1000,
    }),
    plan('triton', 'nvcr.io/nvidia/tritonserver', {
      model: { ...BASE.model, name: 'tensorrt_llm' },
      engine: { ...BASE.engine, hasPrefixCache: true, tritonBackend: 'tensorrt-llm', protocol: 'grpc' },
    }),
    plan('sglang', 'lmsysorg/sglang', { extraArguments: ['--stream-interval=1'] }),
    plan('llama-cpp', 'ghcr.io/ggml-org/llama.cpp', {
      model: { name: 'tiny', uri: 'pvc://models/gguf', file: 'tiny-q8_0.gguf' },
      engine,
      resources: { accelerator: { kind: 'mig', profile: '1g.10gb+me' }, cpuCores: 4, cpuLimitCores: 8, memoryGib: 16 },
    }),
  ];
}
