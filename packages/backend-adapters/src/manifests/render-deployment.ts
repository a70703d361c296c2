import type { ManifestMap, ManifestObject } from './manifest-object.ts';
import type { DeploymentPlan } from './plan.ts';
import { labelsOf, metadataOf, type PodParts } from './pod.ts';
import type { ServerProcess } from './runtime-manifest.ts';

/** Time that Kubernetes gives a pod beyond the load time: pull of the image, scheduling. */
export const PULL_ALLOWANCE_SECONDS = 600;

function toServicePorts(plan: DeploymentPlan, process: ServerProcess): readonly ManifestMap[] {
  const isGrpc = plan.engine.protocol === 'grpc';
  const main = isGrpc
    ? { name: 'grpc', appProtocol: 'kubernetes.io/h2c', protocol: 'TCP', port: 80, targetPort: 'h2c' }
    : { name: 'http', appProtocol: 'http', protocol: 'TCP', port: 80, targetPort: 'http1' };
  const metrics = { name: 'metrics', protocol: 'TCP', port: process.metricsPort ?? 0, targetPort: 'metrics' };
  return process.metricsPort === undefined ? [main] : [main, metrics];
}

/** A Deployment and the Service in front of it. */
export function renderDeployment(
  plan: DeploymentPlan,
  replicas: number,
  process: ServerProcess,
  pod: PodParts,
): readonly ManifestObject[] {
  const selector: ManifestMap = {
    'app.kubernetes.io/name': plan.runtime,
    'app.kubernetes.io/instance': plan.name,
  };
  return [
    ...pod.beside,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadataOf(plan),
      spec: {
        replicas,
        // Two generations at once would need twice the accelerators, and would both be measured.
        strategy: { type: 'Recreate' },
        progressDeadlineSeconds: plan.loadTimeoutSeconds + PULL_ALLOWANCE_SECONDS,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: labelsOf(plan) },
          spec: {
            automountServiceAccountToken: false,
            // Else a Service named vllm sets VLLM_PORT, which vLLM reads.
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 60,
            containers: [pod.container],
            ...(pod.volumes.length > 0 ? { volumes: pod.volumes } : {}),
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf(plan),
      spec: { type: 'ClusterIP', selector, ports: toServicePorts(plan, process) },
    },
  ];
}
