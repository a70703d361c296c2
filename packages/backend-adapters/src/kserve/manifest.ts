import { acceleratorResource, toResources } from '../manifests/accelerator.ts';
import { type ManifestMap, type ManifestObject, withoutAbsent } from '../manifests/manifest-object.ts';
import type { DeploymentPlan, DeploymentShape } from '../manifests/plan.ts';
import { metadataOf, type PodParts } from '../manifests/pod.ts';
import { progressDeadline } from '../manifests/render-knative.ts';
import type { RuntimeManifest, ServerProcess } from '../manifests/runtime-manifest.ts';
import { kserveAnnotations, predictorScaling } from '../manifests/scaling-annotations.ts';

type KserveShape = Extract<DeploymentShape, { kind: 'kserve-knative' | 'kserve-standard' }>;

function renderServingRuntime(
  plan: DeploymentPlan,
  runtime: RuntimeManifest,
  process: ServerProcess,
  pod: PodParts,
): ManifestObject {
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ServingRuntime',
    metadata: metadataOf(plan),
    spec: withoutAbsent({
      annotations: {
        'prometheus.kserve.io/port': String(process.metricsPort ?? process.httpPort),
        'prometheus.kserve.io/path': '/metrics',
      },
      supportedModelFormats: [{ ...runtime.modelFormat, autoSelect: false }],
      protocolVersions: runtime.protocolVersions,
      containers: [pod.container],
      volumes: pod.volumes,
    }),
  };
}

/** The mode is always written: the default of the code and that of the shipped configuration differ. */
function annotationsOf(plan: DeploymentPlan, shape: KserveShape): ManifestMap {
  const accelerator = plan.resources.accelerator;
  const resource = accelerator === undefined ? undefined : acceleratorResource(accelerator);
  return withoutAbsent({
    'serving.kserve.io/deploymentMode': shape.kind === 'kserve-knative' ? 'Knative' : 'Standard',
    // KServe's list of resource names knows no slices.
    'serving.kserve.io/gpu-resource-types':
      accelerator?.kind === 'mig' && resource !== undefined ? JSON.stringify([resource]) : undefined,
    ...(shape.kind === 'kserve-knative'
      ? { ...kserveAnnotations(shape.scaling), ...progressDeadline(plan) }
      : { 'serving.kserve.io/autoscalerClass': 'none' }),
  });
}

/** The runtime, and the InferenceService that names it. */
export function renderKserve(
  plan: DeploymentPlan,
  shape: KserveShape,
  runtime: RuntimeManifest,
  process: ServerProcess,
  pod: PodParts,
): readonly ManifestObject[] {
  const isKnative = shape.kind === 'kserve-knative';
  const protocolVersion = plan.engine.protocol === 'grpc' ? 'grpc-v2' : 'v2';
  const service: ManifestObject = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: metadataOf(plan, annotationsOf(plan, shape)),
    spec: {
      predictor: withoutAbsent({
        ...(isKnative
          ? {
              ...predictorScaling(shape.scaling),
              containerConcurrency: shape.containerConcurrency,
              timeout: shape.timeoutSeconds,
            }
          : {
              minReplicas: shape.replicas,
              maxReplicas: shape.replicas,
              deploymentStrategy: { type: 'Recreate' },
              terminationGracePeriodSeconds: 60,
            }),
        enableServiceLinks: false,
        model: withoutAbsent({
          modelFormat: runtime.modelFormat,
          runtime: plan.name,
          protocolVersion: runtime.protocolVersions.length > 0 ? protocolVersion : undefined,
          storageUri: plan.model.uri,
          // KServe writes 1 CPU and 2 GiB here when it finds nothing.
          resources: toResources(plan.resources),
        }),
      }),
    },
  };
  return [...pod.beside, renderServingRuntime(plan, runtime, process, pod), service];
}
