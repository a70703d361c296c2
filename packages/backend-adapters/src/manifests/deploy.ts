import { renderKserve } from '../kserve/manifest.ts';
import { LLAMA_CPP_MANIFEST } from '../llama-cpp/manifest.ts';
import { SGLANG_MANIFEST } from '../sglang/manifest.ts';
import { TGI_MANIFEST } from '../tgi/manifest.ts';
import { TRITON_MANIFEST } from '../triton/manifest.ts';
import { VLLM_MANIFEST } from '../vllm/manifest.ts';
import { acceleratorCount } from './accelerator.ts';
import { checkPlan } from './check-plan.ts';
import { type ClusterNeed, clusterNeeds } from './cluster-needs.ts';
import type { ManifestObject } from './manifest-object.ts';
import { type ModelUri, parseModelUri } from './model-uri.ts';
import type { DeployableRuntime, DeploymentPlan } from './plan.ts';
import { type PodParts, toPod } from './pod.ts';
import { renderDeployment } from './render-deployment.ts';
import { renderKnativeService } from './render-knative.ts';
import { renderLlmInferenceService } from './render-llm.ts';
import { MODEL_FOLDER, type RuntimeManifest, type Weights } from './runtime-manifest.ts';
import { toYaml } from './to-yaml.ts';

const RUNTIMES: Readonly<Record<DeployableRuntime, RuntimeManifest>> = {
  vllm: VLLM_MANIFEST,
  tgi: TGI_MANIFEST,
  triton: TRITON_MANIFEST,
  sglang: SGLANG_MANIFEST,
  'llama-cpp': LLAMA_CPP_MANIFEST,
};

/** The objects of a plan, in the order in which they are applied, and the same as text. */
export interface RenderedManifests {
  readonly objects: readonly ManifestObject[];
  readonly yaml: string;
  /** Settings that the cluster must have; they are no objects of this plan. */
  readonly needs: readonly ClusterNeed[];
}

/**
 * Renders the Kubernetes objects that run a server as a plan says. The same plan gives the same text.
 *
 * @throws AdapterError IMAGE_UNPINNED for an image without a digest, PLAN_INVALID with every problem
 */
export function deploy(plan: DeploymentPlan): RenderedManifests {
  const runtime = RUNTIMES[plan.runtime];
  checkPlan(plan, runtime);
  const objects = renderObjects(plan, runtime);
  return { objects, yaml: toYaml(objects), needs: clusterNeeds(plan) };
}

function renderObjects(plan: DeploymentPlan, runtime: RuntimeManifest): readonly ManifestObject[] {
  const { shape } = plan;
  if (shape.kind === 'llm-inference-service') return renderLlmInferenceService(plan, shape);
  const isOurs = shape.kind === 'deployment' || shape.kind === 'knative-service';
  const source = isOurs ? parseModelUri(plan.model.uri) : undefined;
  const process = runtime.server({
    plan,
    weights: toWeights(source),
    tensorParallel: Math.max(1, acceleratorCount(plan.resources.accelerator)),
  });
  const isKserve = shape.kind === 'kserve-knative' || shape.kind === 'kserve-standard';
  const pod: PodParts = toPod({
    plan,
    runtime,
    process,
    // KServe looks for this name.
    containerName: isKserve ? 'kserve-container' : 'server',
    hasOnePort: shape.kind !== 'deployment',
    hasResources: !isKserve,
    source,
  });
  switch (shape.kind) {
    case 'deployment':
      return renderDeployment(plan, shape.replicas, process, pod);
    case 'knative-service':
      return renderKnativeService(plan, shape, pod);
    case 'kserve-knative':
    case 'kserve-standard':
      return renderKserve(plan, shape, runtime, process, pod);
  }
}

function toWeights(source: ModelUri | undefined): Weights {
  return source?.kind === 'hub'
    ? { kind: 'hub', id: source.id, revision: source.revision }
    : { kind: 'folder', path: MODEL_FOLDER };
}
