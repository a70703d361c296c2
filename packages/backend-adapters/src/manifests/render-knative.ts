import { type ManifestMap, type ManifestObject, withoutAbsent } from './manifest-object.ts';
import type { DeploymentPlan, DeploymentShape } from './plan.ts';
import { labelsOf, metadataOf, type PodParts } from './pod.ts';
import { PULL_ALLOWANCE_SECONDS } from './render-deployment.ts';
import { knativeAnnotations } from './scaling-annotations.ts';

/** A revision that is not ready by then is given up; Knative's default of 600 s is shorter than many loads. */
export function progressDeadline(plan: DeploymentPlan): ManifestMap {
  return { 'serving.knative.dev/progress-deadline': `${plan.loadTimeoutSeconds + PULL_ALLOWANCE_SECONDS}s` };
}

/** A Knative Service: its autoscaler reads the annotations of the template, and rejects them anywhere else. */
export function renderKnativeService(
  plan: DeploymentPlan,
  shape: Extract<DeploymentShape, { kind: 'knative-service' }>,
  pod: PodParts,
): readonly ManifestObject[] {
  return [
    ...pod.beside,
    {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: metadataOf(plan),
      spec: {
        template: {
          metadata: {
            labels: labelsOf(plan),
            annotations: { ...knativeAnnotations(shape.scaling), ...progressDeadline(plan) },
          },
          spec: withoutAbsent({
            containerConcurrency: shape.containerConcurrency,
            timeoutSeconds: shape.timeoutSeconds,
            responseStartTimeoutSeconds: shape.timeoutSeconds,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            containers: [pod.container],
            volumes: pod.volumes,
          }),
        },
      },
    },
  ];
}
