import type { DeploymentPlan } from './plan.ts';

/** A setting of a cluster without which it refuses the objects of a plan. */
export interface ClusterNeed {
  /** ConfigMap in the namespace of Knative. */
  readonly configMap: 'config-features' | 'config-defaults' | 'config-autoscaler';
  readonly key: string;
  readonly value: string;
  readonly reason: string;
}

/** Knative's defaults (`pkg/apis/config/defaults.go`). */
const MAX_TIMEOUT_SECONDS = 600;
const MAX_CONCURRENCY = 1000;

/** Settings that differ from Knative's defaults and that a plan relies on; empty where Knative does not run the pods. */
export function clusterNeeds({ shape, model }: DeploymentPlan): readonly ClusterNeed[] {
  if (shape.kind !== 'kserve-knative' && shape.kind !== 'knative-service') return [];
  const { timeoutSeconds = 0, containerConcurrency = 0, scaling } = shape;
  const needs: (ClusterNeed | undefined)[] = [
    model.uri.startsWith('pvc://')
      ? {
          configMap: 'config-features',
          key: 'kubernetes.podspec-persistent-volume-claim',
          value: 'enabled',
          reason: 'the model is in a claim',
        }
      : undefined,
    timeoutSeconds > MAX_TIMEOUT_SECONDS
      ? {
          configMap: 'config-defaults',
          key: 'max-revision-timeout-seconds',
          value: String(timeoutSeconds),
          reason: `a request may take ${timeoutSeconds} s`,
        }
      : undefined,
    containerConcurrency > MAX_CONCURRENCY
      ? {
          configMap: 'config-defaults',
          key: 'container-concurrency-max-limit',
          value: String(containerConcurrency),
          reason: `a pod takes ${containerConcurrency} requests at once`,
        }
      : undefined,
    scaling.initialScale === 0
      ? {
          configMap: 'config-autoscaler',
          key: 'allow-zero-initial-scale',
          value: 'true',
          reason: 'the first revision starts without a pod',
        }
      : undefined,
  ];
  return needs.filter((need) => need !== undefined);
}
