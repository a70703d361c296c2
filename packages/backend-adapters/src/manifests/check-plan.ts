import { AdapterError } from '../adapter-error.ts';
import { acceleratorCount } from './accelerator.ts';
import { lintSources } from './lint-manifests.ts';
import type { ManifestObject } from './manifest-object.ts';
import { parseModelUri } from './model-uri.ts';
import type { DeploymentPlan, KnativeScaling } from './plan.ts';
import { wrapObjects } from './read-manifests.ts';
import { imageFault } from './rule-images.ts';
import type { RuntimeManifest } from './runtime-manifest.ts';
import { knativeAnnotations } from './scaling-annotations.ts';

const NAME = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MIG_PROFILE = /^(\d+c\.)?[1-9]\d*g\.[1-9]\d*gb(\+me(\.all)?|-me|\+gfx)?$/;
const KSERVE_NAME_HINT = 'small letters, digits and dashes, a letter first, at most 40 characters';

/**
 * Refuses a plan that cannot be rendered, or that would not do what it says.
 *
 * @throws AdapterError IMAGE_UNPINNED, PLAN_INVALID with every problem and the field it is in
 */
export function checkPlan(plan: DeploymentPlan, runtime: RuntimeManifest): void {
  const image = imageFault(plan.image);
  if (image !== undefined && !(image.code === 'IMAGE_UNPINNED' && plan.allowTags === true)) {
    throw new AdapterError('IMAGE_UNPINNED', `image: ${image.message}`, {
      hint: 'write NAME@sha256:DIGEST, or say allowTags and give up that two runs run the same program',
    });
  }
  const problems = [
    ...checkNames(plan),
    ...checkModel(plan),
    ...checkNumbers(plan),
    ...checkShape(plan),
    ...runtime.problemsWith(plan),
  ];
  if (problems.length === 0) return;
  throw new AdapterError('PLAN_INVALID', problems.join('\n'), { hint: 'the fields are described at DeploymentPlan' });
}

function checkNames(plan: DeploymentPlan): readonly string[] {
  const problems: string[] = [];
  if (!NAME.test(plan.name)) problems.push(`name: ${JSON.stringify(plan.name)}, expected ${KSERVE_NAME_HINT}`);
  if (plan.namespace !== undefined && !NAMESPACE.test(plan.namespace)) {
    problems.push(`namespace: ${JSON.stringify(plan.namespace)} is no name of a namespace`);
  }
  for (const name of Object.keys(plan.environment ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) problems.push(`environment: ${JSON.stringify(name)} is no variable`);
    if (name === 'PORT') problems.push('environment: PORT is set by Knative, and the servers get their port by a flag');
    // KServe's webhook refuses it.
    if (name === 'PYTHONPATH') problems.push('environment: PYTHONPATH is refused by KServe');
  }
  return problems;
}

function checkModel({ model, shape }: DeploymentPlan): readonly string[] {
  const problems: string[] = [];
  if (model.name === '') problems.push('model.name: must not be empty');
  const isOurs = shape.kind === 'deployment' || shape.kind === 'knative-service';
  if (isOurs && parseModelUri(model.uri) === undefined) {
    problems.push(
      `model.uri: ${JSON.stringify(model.uri)}, expected hf://owner/model[:revision] or pvc://claim[/folder] without KServe`,
    );
  }
  if (!isOurs && !/^[a-z0-9+]+:\/\/.+/.test(model.uri)) {
    problems.push(`model.uri: ${JSON.stringify(model.uri)} is no address such as hf://, pvc://, s3:// or oci://`);
  }
  return problems;
}

function checkNumbers({ engine, resources, loadTimeoutSeconds, runAsUser }: DeploymentPlan): readonly string[] {
  const wholes: readonly (readonly [string, number | undefined, number])[] = [
    ['loadTimeoutSeconds', loadTimeoutSeconds, 1],
    ['engine.maxModelTokens', engine.maxModelTokens, 1],
    ['engine.maxSequences', engine.maxSequences, 1],
    ['runAsUser', runAsUser, 0],
    [
      'resources.accelerator.count',
      resources.accelerator === undefined ? undefined : acceleratorCount(resources.accelerator),
      1,
    ],
  ];
  const amounts: readonly (readonly [string, number | undefined])[] = [
    ['resources.cpuCores', resources.cpuCores],
    ['resources.cpuLimitCores', resources.cpuLimitCores],
    ['resources.memoryGib', resources.memoryGib],
    ['resources.sharedMemoryGib', resources.sharedMemoryGib],
    ['engine.memoryFraction', engine.memoryFraction],
  ];
  const problems = wholes.flatMap(([field, value, min]) =>
    value === undefined || (Number.isInteger(value) && value >= min && value <= 2_147_483_647)
      ? []
      : [`${field}: ${value}, expected a whole number from ${min}`],
  );
  for (const [field, value] of amounts) {
    if (value !== undefined && !(value > 0 && value < 1e6)) problems.push(`${field}: ${value}, expected more than 0`);
  }
  if (engine.memoryFraction !== undefined && engine.memoryFraction > 1) {
    problems.push(`engine.memoryFraction: ${engine.memoryFraction}, expected at most 1`);
  }
  if (resources.cpuLimitCores !== undefined && resources.cpuLimitCores < resources.cpuCores) {
    problems.push(`resources.cpuLimitCores: ${resources.cpuLimitCores} is less than cpuCores ${resources.cpuCores}`);
  }
  if (resources.sharedMemoryGib !== undefined && resources.sharedMemoryGib >= resources.memoryGib) {
    problems.push(
      `resources.sharedMemoryGib: ${resources.sharedMemoryGib} leaves nothing of memoryGib ${resources.memoryGib}`,
    );
  }
  if (resources.accelerator?.kind === 'mig' && !MIG_PROFILE.test(resources.accelerator.profile)) {
    problems.push(
      `resources.accelerator.profile: ${JSON.stringify(resources.accelerator.profile)}, expected such as 1g.10gb`,
    );
  }
  return problems;
}

function checkShape({ shape, runtime, engine }: DeploymentPlan): readonly string[] {
  const problems: string[] = [];
  if (engine.protocol === 'grpc' && runtime !== 'triton') {
    problems.push(`engine.protocol: ${runtime} speaks HTTP alone`);
  }
  switch (shape.kind) {
    case 'llm-inference-service':
      if (runtime !== 'vllm') problems.push(`shape: an LLMInferenceService runs vLLM, not ${runtime}`);
      return [...problems, ...checkReplicas(shape.replicas)];
    case 'deployment':
    case 'kserve-standard':
      return [...problems, ...checkReplicas(shape.replicas)];
    case 'kserve-knative':
    case 'knative-service':
      return [...problems, ...checkKnative(shape), ...checkScaling(shape.scaling)];
  }
}

const checkReplicas = (replicas: number): readonly string[] =>
  Number.isInteger(replicas) && replicas >= 0 ? [] : [`shape.replicas: ${replicas}, expected a whole number from 0`];

function checkKnative(shape: {
  readonly containerConcurrency?: number;
  readonly timeoutSeconds?: number;
}): readonly string[] {
  const { containerConcurrency, timeoutSeconds } = shape;
  const problems: string[] = [];
  if (containerConcurrency !== undefined && !(Number.isInteger(containerConcurrency) && containerConcurrency >= 0)) {
    problems.push(`shape.containerConcurrency: ${containerConcurrency}, expected a whole number from 0 (no limit)`);
  }
  if (timeoutSeconds !== undefined && !(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1)) {
    problems.push(`shape.timeoutSeconds: ${timeoutSeconds}, expected a whole number from 1`);
  }
  return problems;
}

/** The values are held to the rules that manifests of other people are held to. */
function checkScaling(scaling: KnativeScaling): readonly string[] {
  const probe: ManifestObject = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'plan' },
    spec: { template: { metadata: { annotations: knativeAnnotations(scaling) } } },
  };
  const isHpa = scaling.class === 'hpa';
  const hpaProblems = [
    ...(isHpa && scaling.minScale === 0 ? ['shape.scaling.minScale: the class hpa never scales to zero'] : []),
    ...(isHpa && scaling.metric !== 'cpu' && scaling.metric !== 'memory'
      ? [`shape.scaling.metric: the class hpa counts cpu or memory, not ${scaling.metric}`]
      : []),
  ];
  const valueProblems = lintSources(wrapObjects([probe]))
    .filter(({ severity }) => severity === 'error')
    .map(({ message, hint }) => `shape.scaling: ${message}${hint === undefined ? '' : ` (${hint})`}`);
  return [...hpaProblems, ...valueProblems];
}
