import type { BackendOptions } from '../backend-options.ts';

/** The runtimes that can be deployed. */
export type DeployableRuntime = Extract<BackendOptions['backend'], 'vllm' | 'tgi' | 'triton' | 'sglang' | 'llama-cpp'>;

/** Everything that the manifests of one server are made of. Nothing that changes a measurement has a default. */
export interface DeploymentPlan {
  readonly runtime: DeployableRuntime;
  readonly shape: DeploymentShape;
  /** Name of every object: small letters, digits and dashes, a letter first, at most 40 characters. */
  readonly name: string;
  readonly namespace?: string;
  /** With its digest: `registry/name@sha256:…`. */
  readonly image: string;
  /** Accept an image that is named by a tag: two runs of this plan may then run two programs. */
  readonly allowTags?: boolean;
  readonly model: ModelSource;
  readonly engine: EngineSettings;
  readonly resources: ResourceSettings;
  /** Longest time from the start of the container to the first answer: download, load, compilation. */
  readonly loadTimeoutSeconds: number;
  /** User of the process; without it the image decides, and most images of runtimes are made for root. */
  readonly runAsUser?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Further arguments of the server, after ours. */
  readonly extraArguments?: readonly string[];
}

/** Which objects are rendered. */
export type DeploymentShape =
  | {
      /** KServe `ServingRuntime` and `InferenceService` on Knative. */
      readonly kind: 'kserve-knative';
      readonly scaling: KnativeScaling;
      readonly containerConcurrency?: number;
      readonly timeoutSeconds?: number;
    }
  | {
      /** KServe `ServingRuntime` and `InferenceService` as a Deployment with a fixed number of replicas. */
      readonly kind: 'kserve-standard';
      readonly replicas: number;
    }
  | {
      /** KServe `LLMInferenceService`; vLLM only. */
      readonly kind: 'llm-inference-service';
      readonly replicas: number;
      /** Route requests through the scheduler that knows the caches of the replicas. */
      readonly hasScheduler: boolean;
    }
  | {
      /** Knative `Service` without KServe. */
      readonly kind: 'knative-service';
      readonly scaling: KnativeScaling;
      readonly containerConcurrency?: number;
      readonly timeoutSeconds?: number;
    }
  | { readonly kind: 'deployment'; readonly replicas: number };

export interface ModelSource {
  /** Name under which clients ask for the model. */
  readonly name: string;
  /** `hf://owner/model[:revision]` or `pvc://claim[/folder]`; with KServe whatever its storage initializer takes. */
  readonly uri: string;
  /** File inside of it; llama.cpp only. */
  readonly file?: string;
}

/** Settings that must be equal where runtimes are compared. */
export interface EngineSettings {
  /** Reuse the keys and values of prompts that begin alike. */
  readonly hasPrefixCache: boolean;
  /** Longest prompt and answer together. */
  readonly maxModelTokens: number;
  /** Sequences that are computed at the same time. */
  readonly maxSequences: number;
  /** Share of the accelerator's memory, 0 to 1. The runtimes mean different things by it: see their quirks. */
  readonly memoryFraction?: number;
  /** Triton only: the backend behind it. */
  readonly tritonBackend?: 'vllm' | 'tensorrt-llm';
  /** `grpc` for Triton alone: the port is then named `h2c`. */
  readonly protocol?: 'http' | 'grpc';
}

export interface ResourceSettings {
  readonly accelerator?: AcceleratorRequest;
  readonly cpuCores: number;
  /** No limit where it is absent: a limit below what loading needs slows the start by throttling. */
  readonly cpuLimitCores?: number;
  readonly memoryGib: number;
  /** Size of `/dev/shm`; counts towards the memory. */
  readonly sharedMemoryGib?: number;
}

export type AcceleratorRequest =
  | {
      readonly kind: 'gpu';
      readonly count: number;
      /** Default `nvidia.com/gpu`. */
      readonly resource?: string;
    }
  | {
      /** One slice of a partitioned accelerator, such as `1g.10gb` or `1g.10gb+me`. */
      readonly kind: 'mig';
      readonly profile: string;
    };

/** What Knative's autoscaler is told. Absent means that the cluster's own setting holds. */
export interface KnativeScaling {
  readonly class?: 'kpa' | 'hpa';
  readonly metric: 'concurrency' | 'rps' | 'cpu' | 'memory';
  /** Soft goal for one pod, in units of the metric. */
  readonly target: number;
  readonly targetUtilizationPercentage?: number;
  readonly minScale: number;
  readonly maxScale: number;
  readonly initialScale?: number;
  readonly activationScale?: number;
  readonly scaleDownDelaySeconds?: number;
  readonly windowSeconds?: number;
  readonly panicWindowPercentage?: number;
  readonly panicThresholdPercentage?: number;
  readonly podRetentionSeconds?: number;
  /** -1 keeps the activator in the path of every request. */
  readonly targetBurstCapacity?: number;
}
