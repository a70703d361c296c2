import type { DeployableRuntime, DeploymentPlan } from './plan.ts';

/** What the rendering asks of a runtime. */
export interface RuntimeManifest {
  readonly runtime: DeployableRuntime;
  /** How KServe names the format of the model. */
  readonly modelFormat: { readonly name: string; readonly version: string };
  /** Protocols that KServe checks; empty for any. */
  readonly protocolVersions: readonly ('v2' | 'grpc-v2')[];
  /** Processes of the runtime talk through `/dev/shm`. */
  readonly needsSharedMemory: boolean;
  /** Problems with a plan that only this runtime knows, as sentences. */
  readonly problemsWith: (plan: DeploymentPlan) => readonly string[];
  readonly server: (setting: ServerSetting) => ServerProcess;
}

/** Where a server finds itself. */
export interface ServerSetting {
  readonly plan: DeploymentPlan;
  readonly weights: Weights;
  /** Number of accelerators that share the model. */
  readonly tensorParallel: number;
}

/** Where the weights are: in a folder, or at a model hub from which the server itself takes them. */
export type Weights =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string | undefined };

/** The process in the container. */
export interface ServerProcess {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly httpPort: number;
  readonly grpcPort?: number;
  /** Where Prometheus finds the counters; the HTTP port where it is not told. */
  readonly metricsPort?: number;
  readonly health: {
    /** 200 from the moment the model answers, not before. */
    readonly ready: string;
    /** 200 as long as the process works. */
    readonly live: string;
  };
  /** Files that the server reads, each at its path in the container. */
  readonly files: readonly ServerFile[];
}

export interface ServerFile {
  /** Key in the ConfigMap. */
  readonly key: string;
  readonly path: string;
  readonly text: string;
}

/** Path at which KServe puts a model, and at which a claim is mounted. */
export const MODEL_FOLDER = '/mnt/models';
/** Port of every server: Knative's default, and what KServe expects. */
export const HTTP_PORT = 8080;

/** The name or path that most servers take for the model. */
export function weightsName(weights: Weights): string {
  return weights.kind === 'folder' ? weights.path : weights.id;
}

/** `--name=value` for each that has a value. */
export function flags(values: Readonly<Record<string, string | number | undefined>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
