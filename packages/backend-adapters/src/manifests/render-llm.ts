import { vllmEngineArguments } from '../vllm/manifest.ts';
import { acceleratorCount, toResources } from './accelerator.ts';
import { type ManifestObject, withoutAbsent } from './manifest-object.ts';
import type { DeploymentPlan, DeploymentShape } from './plan.ts';
import { metadataOf, toEnvironment, toSecurityContext } from './pod.ts';
import { toProbes } from './probes.ts';

/** Port of the server that KServe's preset starts. */
const PRESET_PORT = 8000;

/**
 * KServe's LLMInferenceService. Its preset starts `vllm serve` in the container `main` and hands our arguments on;
 * probes are merged into those of the preset, which also knows whether they speak TLS.
 */
export function renderLlmInferenceService(
  plan: DeploymentPlan,
  shape: Extract<DeploymentShape, { kind: 'llm-inference-service' }>,
): readonly ManifestObject[] {
  const tensor = acceleratorCount(plan.resources.accelerator);
  const { sharedMemoryGib } = plan.resources;
  return [
    {
      apiVersion: 'serving.kserve.io/v1alpha2',
      kind: 'LLMInferenceService',
      metadata: metadataOf(plan),
      spec: withoutAbsent({
        model: { uri: plan.model.uri, name: plan.model.name },
        replicas: shape.replicas,
        parallelism: tensor > 1 ? { tensor } : undefined,
        router: { gateway: {}, route: {}, ...(shape.hasScheduler ? { scheduler: {} } : {}) },
        template: withoutAbsent({
          enableServiceLinks: false,
          containers: [
            withoutAbsent({
              name: 'main',
              image: plan.image,
              args: [...vllmEngineArguments({ plan }), ...(plan.extraArguments ?? [])],
              env: toEnvironment(plan.environment ?? {}),
              ...toProbes({ health: { ready: '/v1/models', live: '/health' } }, PRESET_PORT, plan.loadTimeoutSeconds),
              resources: toResources(plan.resources),
              securityContext: toSecurityContext(plan),
            }),
          ],
          volumes:
            sharedMemoryGib === undefined
              ? undefined
              : [{ name: 'dshm', emptyDir: { medium: 'Memory', sizeLimit: `${sharedMemoryGib}Gi` } }],
        }),
      }),
    },
  ];
}
