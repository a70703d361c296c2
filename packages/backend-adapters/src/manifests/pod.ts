import { toResources } from './accelerator.ts';
import { type ManifestMap, type ManifestObject, withoutAbsent } from './manifest-object.ts';
import type { ModelUri } from './model-uri.ts';
import type { DeploymentPlan } from './plan.ts';
import { toProbes } from './probes.ts';
import { MODEL_FOLDER, type RuntimeManifest, type ServerProcess } from './runtime-manifest.ts';

/** Memory that processes share where the plan names no size. */
const DEFAULT_SHARED_MEMORY_GIB = 4;

/** Parts of a pod, to be put where each kind of object has them. */
export interface PodParts {
  readonly container: ManifestMap;
  readonly volumes: readonly ManifestMap[];
  /** Objects that the pod refers to. */
  readonly beside: readonly ManifestObject[];
}

interface PodSetting {
  readonly plan: DeploymentPlan;
  readonly runtime: RuntimeManifest;
  readonly process: ServerProcess;
  readonly containerName: string;
  /** Knative takes one port, named after its protocol. */
  readonly hasOnePort: boolean;
  readonly hasResources: boolean;
  /** A claim to mount; KServe mounts the model by itself. */
  readonly source: ModelUri | undefined;
}

export function labelsOf(plan: DeploymentPlan): ManifestMap {
  return {
    'app.kubernetes.io/name': plan.runtime,
    'app.kubernetes.io/instance': plan.name,
    'app.kubernetes.io/managed-by': 'assay',
  };
}

export function metadataOf(plan: DeploymentPlan, annotations: ManifestMap = {}): ManifestMap {
  return withoutAbsent({ name: plan.name, namespace: plan.namespace, labels: labelsOf(plan), annotations });
}

/** The ports, the one that takes requests first. `http1` and `h2c` are the names that Knative reads. */
function toPorts({ plan, process, hasOnePort }: PodSetting): readonly ManifestMap[] {
  const port = (name: string, containerPort: number): ManifestMap => ({ name, containerPort, protocol: 'TCP' });
  const http = port('http1', process.httpPort);
  const grpc = process.grpcPort === undefined ? undefined : port('h2c', process.grpcPort);
  const isGrpc = plan.engine.protocol === 'grpc' && grpc !== undefined;
  if (hasOnePort) return [isGrpc ? grpc : http];
  const metrics = process.metricsPort === undefined ? [] : [port('metrics', process.metricsPort)];
  const main = isGrpc ? [grpc, http] : [http, ...(grpc === undefined ? [] : [grpc])];
  return [...main, ...metrics];
}

function toVolumes({ plan, runtime, process, source }: PodSetting): {
  readonly volumes: readonly ManifestMap[];
  readonly mounts: readonly ManifestMap[];
} {
  const volumes: ManifestMap[] = [];
  const mounts: ManifestMap[] = [];
  if (runtime.needsSharedMemory) {
    const sizeLimit = `${plan.resources.sharedMemoryGib ?? DEFAULT_SHARED_MEMORY_GIB}Gi`;
    volumes.push({ name: 'dshm', emptyDir: { medium: 'Memory', sizeLimit } });
    mounts.push({ name: 'dshm', mountPath: '/dev/shm' });
  }
  if (process.files.length > 0) {
    volumes.push({ name: 'server-files', configMap: { name: `${plan.name}-files` } });
    for (const { key, path } of process.files) {
      mounts.push({ name: 'server-files', mountPath: path, subPath: key, readOnly: true });
    }
  }
  if (source?.kind === 'claim') {
    volumes.push({ name: 'model', persistentVolumeClaim: { claimName: source.claim, readOnly: true } });
    mounts.push(withoutAbsent({ name: 'model', mountPath: MODEL_FOLDER, subPath: source.folder, readOnly: true }));
  }
  return { volumes, mounts };
}

export function toSecurityContext(plan: DeploymentPlan): ManifestMap {
  return {
    allowPrivilegeEscalation: false,
    ...(plan.runAsUser === undefined ? {} : { runAsNonRoot: plan.runAsUser !== 0, runAsUser: plan.runAsUser }),
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

export function toEnvironment(values: Readonly<Record<string, string>>): readonly ManifestMap[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** Container and volumes of one server. */
export function toPod(setting: PodSetting): PodParts {
  const { plan, process, containerName, hasResources } = setting;
  const { volumes, mounts } = toVolumes(setting);
  const container = withoutAbsent({
    name: containerName,
    image: plan.image,
    command: process.command,
    args: [...process.args, ...(plan.extraArguments ?? [])],
    env: toEnvironment({ ...process.environment, ...plan.environment }),
    ports: toPorts(setting),
    ...toProbes(process, process.httpPort, plan.loadTimeoutSeconds),
    resources: hasResources ? toResources(plan.resources) : undefined,
    securityContext: toSecurityContext(plan),
    volumeMounts: mounts,
  });
  const files: ManifestObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadataOf(plan), name: `${plan.name}-files` },
    data: Object.fromEntries(process.files.map(({ key, text }) => [key, text])),
  };
  return { container, volumes, beside: process.files.length > 0 ? [files] : [] };
}
