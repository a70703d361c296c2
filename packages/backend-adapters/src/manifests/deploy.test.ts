import { codeThrownBy } from '@assay/testkit';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { examplePlans, FULL_SCALING, SHAPES } from '../../test/plan-examples.ts';
import { findContainers } from './containers.ts';
import { deploy } from './deploy.ts';
import { lintManifests } from './lint-manifests.ts';
import type { ManifestObject } from './manifest-object.ts';
import type { DeploymentPlan } from './plan.ts';
import { valueAt } from './pointer.ts';
import { probeBudgetSeconds } from './rule-probes.ts';

const DEPLOYMENT = { kind: 'deployment', replicas: 1 } as const;
const PLANS = SHAPES.flatMap((shape) => examplePlans(shape));
const titled = PLANS.map((plan) => [`${plan.shape.kind} of ${plan.runtime} for ${plan.model.name}`, plan] as const);

const planOf = (runtime: DeploymentPlan['runtime'], rest: Partial<DeploymentPlan> = {}): DeploymentPlan => {
  const plan = examplePlans(DEPLOYMENT).find((candidate) => candidate.runtime === runtime);
  return { ...plan!, ...rest };
};

const objectOf = (plan: DeploymentPlan, kind: string): ManifestObject =>
  deploy(plan).objects.find((object) => object.kind === kind)!;

/** What the server is told: arguments, variables and files, as one text. */
function settingsOf(plan: DeploymentPlan): string {
  const { objects } = deploy(plan);
  const container = objects
    .flatMap((object) => findContainers(object))
    .find(({ value }) => value['args'] !== undefined);
  const environment = (container?.value['env'] ?? []) as readonly { name: string; value: string }[];
  const files = objects.filter(({ kind }) => kind === 'ConfigMap').flatMap(({ data }) => Object.values(data as object));
  return [
    ...((container?.value['args'] ?? []) as readonly string[]),
    ...environment.map(({ name, value }) => `${name}=${value}`),
    ...files,
  ].join('\n');
}

describe('every plan', () => {
  test.each(titled)('%s: the text says what the objects say', (_, plan) => {
    const { objects, yaml } = deploy(plan);
    const documents = parseAllDocuments(yaml, { version: '1.1' });
    expect(documents.flatMap((document) => document.errors)).toEqual([]);
    expect(documents.map((document) => document.toJS())).toEqual(objects);
  });

  test.each(titled)('%s: nothing that our own linter would say', (_, plan) => {
    expect(lintManifests(deploy(plan).yaml, { file: 'm.yaml', modelLoadSeconds: plan.loadTimeoutSeconds })).toEqual([]);
  });

  test.each(titled)('%s: twice the same text', (_, plan) => {
    expect(deploy(structuredClone(plan)).yaml).toBe(deploy(plan).yaml);
  });

  test.each(titled)('%s: probes wait for the model, resources and images are pinned', (_, plan) => {
    const containers = deploy(plan).objects.flatMap((object) => findContainers(object));
    const server = containers.find(({ value }) => value['image'] !== undefined)!.value;
    expect(server['image']).toBe(plan.image);
    expect(probeBudgetSeconds(server['startupProbe'] as never)).toBeGreaterThanOrEqual(plan.loadTimeoutSeconds);
    const resources = containers.map(({ value }) => value['resources']).find((value) => value !== undefined);
    expect(valueAt(resources, ['limits', 'memory'])).toBe(`${plan.resources.memoryGib}Gi`);
    expect(valueAt(resources, ['requests'])).toMatchObject({ cpu: String(plan.resources.cpuCores) });
  });

  test.each(titled)('%s: the port of Knative is one, and its name is a protocol', (_, plan) => {
    if (plan.shape.kind === 'deployment' || plan.shape.kind === 'llm-inference-service') return;
    const ports = deploy(plan)
      .objects.flatMap((object) => findContainers(object))
      .flatMap(({ value }) => (value['ports'] ?? []) as readonly { name: string; containerPort: number }[]);
    const isGrpc = plan.engine.protocol === 'grpc';
    expect(ports.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      isGrpc ? ['h2c', 9000] : ['http1', 8080],
    ]);
  });
});

describe('prefix caching is said either way', () => {
  const plan = (runtime: DeploymentPlan['runtime'], hasPrefixCache: boolean): DeploymentPlan => {
    const base = planOf(runtime);
    return { ...base, engine: { ...base.engine, hasPrefixCache } };
  };
  test.each([
    ['vllm', /^--enable-prefix-caching$/m, /^--no-enable-prefix-caching$/m],
    ['tgi', /^PREFIX_CACHING=1$/m, /^PREFIX_CACHING=0$/m],
    ['triton', /"enable_prefix_caching": true/, /"enable_prefix_caching": false/],
    ['llama-cpp', /^--cache-prompt$/m, /^--no-cache-prompt\n--cache-ram\n0$/m],
  ] as const)('%s', (runtime, on, off) => {
    expect(settingsOf(plan(runtime, true))).toMatch(on);
    expect(settingsOf(plan(runtime, true))).not.toMatch(off);
    expect(settingsOf(plan(runtime, false))).toMatch(off);
    expect(settingsOf(plan(runtime, false))).not.toMatch(on);
  });

  test('sglang, which has a flag for off alone', () => {
    expect(settingsOf(plan('sglang', true))).not.toMatch(/radix/);
    expect(settingsOf(plan('sglang', false))).toMatch(/^--disable-radix-cache$/m);
  });

  test('TensorRT-LLM behind Triton', () => {
    const base = examplePlans(DEPLOYMENT).find(({ engine }) => engine.tritonBackend === 'tensorrt-llm')!;
    expect(settingsOf(base)).toMatch(/enable_block_reuse: true/);
    expect(settingsOf({ ...base, engine: { ...base.engine, hasPrefixCache: false } })).toMatch(
      /enable_block_reuse: false/,
    );
  });
});

test.each([
  ['vllm', /^--generation-config=vllm$/m],
  ['sglang', /^--sampling-defaults=openai$/m],
  ['triton', /"generation_config": "vllm"/],
  ['llama-cpp', /^--temp\n1\n--top-k\n0\n--top-p\n1\n--min-p\n0$/m],
] as const)('%s samples by the request, not by a file of the model', (runtime, setting) => {
  expect(settingsOf(planOf(runtime))).toMatch(setting);
});

describe('weights', () => {
  test('come from the hub by name and revision', () => {
    expect(settingsOf(planOf('vllm'))).toMatch(/^owner\/model\n--revision=main$/m);
    expect(settingsOf(planOf('tgi'))).toMatch(/^--model-id=owner\/model\n--revision=main$/m);
  });

  test('come from a claim that is mounted where the server looks', () => {
    const plan = planOf('llama-cpp');
    const pod = objectOf(plan, 'Deployment');
    expect(settingsOf(plan)).toMatch(/^--model\n\/mnt\/models\/tiny-q8_0\.gguf$/m);
    expect(valueAt(pod, ['spec', 'template', 'spec', 'volumes'])).toEqual([
      { name: 'model', persistentVolumeClaim: { claimName: 'models', readOnly: true } },
    ]);
    expect(valueAt(pod, ['spec', 'template', 'spec', 'containers', 0, 'volumeMounts'])).toEqual([
      { name: 'model', mountPath: '/mnt/models', subPath: 'gguf', readOnly: true },
    ]);
  });

  test('are fetched by KServe where it runs the pod', () => {
    const plan = planOf('vllm', { shape: { kind: 'kserve-standard', replicas: 1 } });
    expect(settingsOf(plan)).toMatch(/^\/mnt\/models$/m);
    expect(settingsOf(plan)).not.toMatch(/revision/);
    expect(valueAt(objectOf(plan, 'InferenceService'), ['spec', 'predictor', 'model', 'storageUri'])).toBe(
      'hf://owner/model:main',
    );
  });

  test('the context of llama.cpp is shared out among its slots', () => {
    expect(settingsOf(planOf('llama-cpp'))).toMatch(/^--parallel\n64\n--ctx-size\n524288$/m);
  });
});

describe('accelerators', () => {
  test('a slice is a resource of its own name', () => {
    const service = objectOf(planOf('llama-cpp', { shape: SHAPES[0]! }), 'InferenceService');
    expect(valueAt(service, ['spec', 'predictor', 'model', 'resources', 'limits', 'nvidia.com/mig-1g.10gb.me'])).toBe(
      '1',
    );
    expect(valueAt(service, ['metadata', 'annotations', 'serving.kserve.io/gpu-resource-types'])).toBe(
      '["nvidia.com/mig-1g.10gb.me"]',
    );
  });

  test('several share the model, and memory between them', () => {
    expect(settingsOf(planOf('vllm'))).toMatch(/^--tensor-parallel-size=2$/m);
    expect(valueAt(objectOf(planOf('vllm'), 'Deployment'), ['spec', 'template', 'spec', 'volumes', 0])).toEqual({
      name: 'dshm',
      emptyDir: { medium: 'Memory', sizeLimit: '8Gi' },
    });
    const llm = objectOf(planOf('vllm', { shape: SHAPES[4]! }), 'LLMInferenceService');
    expect(valueAt(llm, ['spec', 'parallelism'])).toEqual({ tensor: 2 });
  });
});

describe('scaling', () => {
  const vllm = (shape: DeploymentPlan['shape']): DeploymentPlan => planOf('vllm', { shape });

  test('stands in the template of a Knative Service, all of it', () => {
    const service = objectOf(vllm(SHAPES[2]!), 'Service');
    expect(valueAt(service, ['metadata', 'annotations'])).toBeUndefined();
    expect(valueAt(service, ['spec', 'template', 'metadata', 'annotations'])).toEqual({
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': 'concurrency',
      'autoscaling.knative.dev/target': '16',
      'autoscaling.knative.dev/min-scale': '0',
      'autoscaling.knative.dev/max-scale': '4',
      'autoscaling.knative.dev/target-utilization-percentage': '100',
      'autoscaling.knative.dev/initial-scale': '1',
      'autoscaling.knative.dev/activation-scale': '2',
      'autoscaling.knative.dev/scale-down-delay': '30s',
      'autoscaling.knative.dev/window': '120s',
      'autoscaling.knative.dev/panic-window-percentage': '20',
      'autoscaling.knative.dev/panic-threshold-percentage': '150',
      'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '300s',
      'autoscaling.knative.dev/target-burst-capacity': '-1',
      'serving.knative.dev/progress-deadline': '2400s',
    });
  });

  test('of KServe: what it drops or overwrites stands in its fields', () => {
    const service = objectOf(vllm(SHAPES[0]!), 'InferenceService');
    const annotations = valueAt(service, ['metadata', 'annotations']) as Record<string, string>;
    for (const knob of ['min-scale', 'max-scale', 'target', 'metric']) {
      expect(annotations).not.toHaveProperty([`autoscaling.knative.dev/${knob}`]);
    }
    expect(annotations['autoscaling.knative.dev/window']).toBe('120s');
    expect(annotations['serving.kserve.io/deploymentMode']).toBe('Knative');
    expect(valueAt(service, ['spec', 'predictor'])).toMatchObject({
      minReplicas: 0,
      maxReplicas: 4,
      scaleMetric: 'concurrency',
      scaleTarget: 16,
      containerConcurrency: 64,
      timeout: 600,
    });
  });

  test('a target that is no whole number is an annotation, because scaleTarget is one', () => {
    const shape = { kind: 'kserve-knative', scaling: { ...FULL_SCALING, target: 0.5 } } as const;
    const service = objectOf(vllm(shape), 'InferenceService');
    expect(valueAt(service, ['metadata', 'annotations', 'autoscaling.knative.dev/target'])).toBe('0.5');
    expect(valueAt(service, ['spec', 'predictor', 'scaleTarget'])).toBeUndefined();
  });
});

describe('settings of the cluster', () => {
  test('are named where Knative’s defaults refuse the plan', () => {
    const shape = {
      kind: 'kserve-knative',
      scaling: { ...FULL_SCALING, initialScale: 0 },
      timeoutSeconds: 3600,
      containerConcurrency: 2000,
    } as const;
    const { needs } = deploy(planOf('llama-cpp', { shape }));
    expect(needs.map(({ configMap, key, value }) => `${configMap} ${key}=${value}`)).toEqual([
      'config-features kubernetes.podspec-persistent-volume-claim=enabled',
      'config-defaults max-revision-timeout-seconds=3600',
      'config-defaults container-concurrency-max-limit=2000',
      'config-autoscaler allow-zero-initial-scale=true',
    ]);
  });

  test('are none where Knative does not run the pods', () => {
    expect(deploy(planOf('llama-cpp')).needs).toEqual([]);
  });
});

test('a text that YAML 1.1 would read as something else is in quotes', () => {
  expect(deploy(planOf('tgi')).yaml).toMatch(/name: USAGE_STATS\n +value: "off"/);
});

describe('refused', () => {
  const refusals: readonly (readonly [string, string, RegExp, Partial<DeploymentPlan>])[] = [
    ['a tag', 'IMAGE_UNPINNED', /no digest/, { image: 'vllm/vllm-openai:v0.10.0' }],
    [
      'a short digest',
      'IMAGE_UNPINNED',
      /digest that is none/,
      { image: 'vllm/vllm-openai@sha256:abc', allowTags: true },
    ],
    ['no image', 'IMAGE_UNPINNED', /names no image/, { image: '' }],
    ['a long name', 'PLAN_INVALID', /^name: /, { name: 'a'.repeat(41) }],
    ['a capital name', 'PLAN_INVALID', /^name: "Bench"/, { name: 'Bench' }],
    ['a place that needs KServe', 'PLAN_INVALID', /^model\.uri: "s3:/, { model: { name: 'm', uri: 's3://bucket/m' } }],
    ['the port variable', 'PLAN_INVALID', /PORT is set by Knative/, { environment: { PORT: '80' } }],
    ['no time to load', 'PLAN_INVALID', /^loadTimeoutSeconds: 0/, { loadTimeoutSeconds: 0 }],
    ['half a replica', 'PLAN_INVALID', /^shape\.replicas: 0\.5/, { shape: { kind: 'deployment', replicas: 0.5 } }],
    [
      'a window below 6 s',
      'PLAN_INVALID',
      /^shape\.scaling: autoscaling\.knative\.dev\/window is "3s", expected a duration from 6s to 1h/,
      { shape: { kind: 'knative-service', scaling: { ...FULL_SCALING, windowSeconds: 3 } } },
    ],
    [
      'bounds the wrong way round',
      'PLAN_INVALID',
      /max-scale 1 is less than min-scale 2/,
      { shape: { kind: 'kserve-knative', scaling: { metric: 'rps', target: 1, minScale: 2, maxScale: 1 } } },
    ],
    [
      'processor time as a metric of the KPA',
      'PLAN_INVALID',
      /metric is "cpu", expected concurrency or rps/,
      { shape: { kind: 'kserve-knative', scaling: { metric: 'cpu', target: 80, minScale: 1, maxScale: 2 } } },
    ],
  ];
  const hpa = { class: 'hpa', metric: 'cpu', target: 80, minScale: 1, maxScale: 2 } as const;
  test.each([
    [{ ...hpa, minScale: 0 }, /never scales to zero/],
    [{ ...hpa, metric: 'rps' }, /counts cpu or memory, not rps/],
  ] as const)('what the class hpa cannot do: %j', (scaling, message) => {
    expect(() => deploy(planOf('vllm', { shape: { kind: 'knative-service', scaling } }))).toThrow(message);
    expect(deploy(planOf('vllm', { shape: { kind: 'kserve-knative', scaling: hpa } })).objects).toHaveLength(2);
  });

  test.each(refusals)('%s', async (_, code, message, rest) => {
    const call = (): unknown => deploy(planOf('vllm', rest));
    expect(await codeThrownBy(call)).toBe(code);
    expect(call).toThrow(message);
  });

  test('a tag is accepted where the plan says so', () => {
    const plan = planOf('vllm', { image: 'vllm/vllm-openai:v0.10.0', allowTags: true });
    expect(deploy(plan).yaml).toContain('image: vllm/vllm-openai:v0.10.0\n');
  });

  test('what a runtime cannot do', () => {
    const llama = planOf('llama-cpp');
    const { file: _, ...model } = llama.model;
    expect(() => deploy({ ...llama, model })).toThrow(/model\.file is missing/);
    expect(() => deploy({ ...llama, model: { ...llama.model, uri: 'hf://a/b:main' } })).toThrow(/cannot be told one/);
    expect(() => deploy({ ...llama, engine: { ...llama.engine, protocol: 'grpc' } })).toThrow(/speaks HTTP alone/);
    expect(() => deploy({ ...planOf('tgi'), shape: SHAPES[4]! })).toThrow(/runs vLLM, not tgi/);
    const triton = planOf('triton');
    const { tritonBackend: __, ...engine } = triton.engine;
    expect(() => deploy({ ...triton, engine })).toThrow(/engine\.tritonBackend is missing/);
  });

  test('several problems are told at once', () => {
    expect(() => deploy(planOf('vllm', { name: 'X', loadTimeoutSeconds: -1 }))).toThrow(
      /^name: .*\nloadTimeoutSeconds: -1/,
    );
  });
});
