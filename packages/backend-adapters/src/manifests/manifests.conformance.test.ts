import { readFileSync } from 'node:fs';
import { toPointer } from '@assay/contracts';
import { sharedData } from '@assay/testkit';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { examplePlans, SHAPES } from '../../test/plan-examples.ts';
import { deploy } from './deploy.ts';
import { createManifestChecker, type ManifestChecker } from './manifest-checker.ts';
import type { ManifestFinding } from './manifest-finding.ts';
import type { ManifestObject } from './manifest-object.ts';
import { isMap, type Path, valueAt } from './pointer.ts';
import { toYaml } from './to-yaml.ts';

const DEFINITIONS = [
  'kserve/serving.kserve.io_inferenceservices.yaml',
  'kserve/serving.kserve.io_llminferenceservices.yaml',
  'kserve/serving.kserve.io_servingruntimes.yaml',
  'knative/service.yaml',
];
const paths = DEFINITIONS.flatMap((name) => sharedData(`crds/${name}`) ?? []);
const isAbsent = paths.length < DEFINITIONS.length;

let checker: ManifestChecker;
// Five megabytes of definitions.
beforeAll(() => {
  if (!isAbsent) checker = createManifestChecker(paths.map((path) => readFileSync(path, 'utf8')));
}, 120_000);

const PLANS = SHAPES.flatMap((shape) => examplePlans(shape));
const titled = PLANS.map((plan) => [`${plan.shape.kind} of ${plan.runtime} for ${plan.model.name}`, plan] as const);

describe.skipIf(isAbsent)('rendered manifests and the definitions of KServe and Knative', () => {
  test.each(titled)('%s', (_, plan) => {
    const { objects, yaml } = deploy(plan);
    expect(checker.checkYaml(yaml, 'm.yaml')).toEqual([]);
    expect(checker.checkObjects(objects)).toEqual([]);
  });

  test('the kinds are those of the definitions, at the version that is stored', () => {
    const kinds = new Set(
      PLANS.flatMap((plan) => deploy(plan).objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)),
    );
    expect([...kinds].sort()).toEqual([
      'apps/v1 Deployment',
      'serving.knative.dev/v1 Service',
      'serving.kserve.io/v1alpha1 ServingRuntime',
      'serving.kserve.io/v1alpha2 LLMInferenceService',
      'serving.kserve.io/v1beta1 InferenceService',
      'v1 ConfigMap',
      'v1 Service',
    ]);
  });

  // A pod template of KServe is Kubernetes' own schema of a pod, complete.
  test.each(titled.filter(([, { shape }]) => shape.kind === 'deployment'))(
    '%s: its pod is one of Kubernetes',
    (_, plan) => {
      const deployment = deploy(plan).objects.find(({ kind }) => kind === 'Deployment');
      const pod = valueAt(deployment, ['spec', 'template', 'spec']);
      const carrier = {
        apiVersion: 'serving.kserve.io/v1alpha2',
        kind: 'LLMInferenceService',
        metadata: { name: 'carrier' },
        spec: { model: { uri: 'hf://a/b' }, template: pod },
      };
      expect(checker.checkObjects([carrier])).toEqual([]);
    },
  );
});

/** Plans that differ in what may be left out. */
const anyPlan = fc
  .record({
    base: fc.constantFrom(...PLANS),
    accelerator: fc.constantFrom(
      undefined,
      { kind: 'gpu', count: 1 } as const,
      { kind: 'mig', profile: '3g.40gb' } as const,
    ),
    cpuLimitCores: fc.constantFrom(undefined, 16),
    sharedMemoryGib: fc.constantFrom(undefined, 0.5),
    runAsUser: fc.constantFrom(undefined, 0, 1000),
    environment: fc.constantFrom(undefined, {}, { LOG_LEVEL: 'yes', EMPTY: '', NUMBER: '1e3' }),
    uri: fc.constantFrom('hf://owner/model', 'pvc://models', 'pvc://models/a/b'),
    loadTimeoutSeconds: fc.integer({ min: 600, max: 7200 }),
    hasNamespace: fc.boolean(),
  })
  .map(
    ({
      base,
      accelerator,
      cpuLimitCores,
      sharedMemoryGib,
      runAsUser,
      environment,
      uri,
      loadTimeoutSeconds,
      hasNamespace,
    }) => {
      const { namespace, environment: _, runAsUser: __, ...rest } = base;
      return {
        ...rest,
        ...(hasNamespace && namespace !== undefined ? { namespace } : {}),
        ...(runAsUser === undefined ? {} : { runAsUser }),
        ...(environment === undefined ? {} : { environment }),
        loadTimeoutSeconds,
        model: { ...base.model, uri },
        resources: {
          cpuCores: 0.5,
          memoryGib: 32,
          ...(accelerator === undefined ? {} : { accelerator }),
          ...(cpuLimitCores === undefined ? {} : { cpuLimitCores }),
          ...(sharedMemoryGib === undefined ? {} : { sharedMemoryGib }),
        },
      };
    },
  );

test.skipIf(isAbsent)('whatever a plan leaves out, its manifests are valid', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      expect(checker.checkYaml(deploy(plan).yaml, 'm.yaml')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/** Mappings whose keys are the writer's own, and parts that Knative's definition leaves open. */
const FREE =
  /\/(labels|annotations|matchLabels|selector|data|requests|limits)$|^Service.*\/(emptyDir|template\/metadata)$|\/persistentVolumeClaim$/;

interface Spot {
  readonly object: number;
  readonly path: Path;
}

/** Every place of the objects whose value is chosen. */
function spots(
  objects: readonly ManifestObject[],
  isChosen: (value: unknown, name: string) => boolean,
): readonly Spot[] {
  return objects.flatMap((object, index) => {
    const found: Spot[] = [];
    const walk = (value: unknown, path: Path): void => {
      if (isChosen(value, `${object.kind}${toPointer(path)}`)) found.push({ object: index, path });
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value))
        walk(child, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    walk(object, []);
    return found;
  });
}

/** The objects with another value at a place. */
function replaced(
  objects: readonly ManifestObject[],
  { object, path }: Spot,
  value: unknown,
): readonly ManifestObject[] {
  const copy = structuredClone(objects) as unknown as Record<string, unknown>[];
  const parent = valueAt(copy[object], path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1)!] = value;
  return copy as unknown as readonly ManifestObject[];
}

/** What stands in the text where a finding points. */
function textAt(text: string, { line, column }: ManifestFinding): string {
  return text.split('\n')[line! - 1]!.slice(column! - 1);
}

/** The finding at a place, with and without a text; both checkers must give it. */
function findingAt(objects: readonly ManifestObject[], path: Path, code: RegExp): ManifestFinding & { text: string } {
  const isWanted = (finding: ManifestFinding): boolean =>
    finding.pointer === toPointer(path) && code.test(finding.code);
  const text = toYaml(objects);
  const byText = checker.checkYaml(text, 'm.yaml').find(isWanted);
  const byObject = checker.checkObjects(objects).find(isWanted);
  expect(byText, `no ${code} at ${toPointer(path)}`).toBeDefined();
  expect(byObject).toEqual({ ...byText, file: undefined, line: undefined, column: undefined });
  return { ...byText!, text: textAt(text, byText!) };
}

const anyObjects = fc.constantFrom(...PLANS).map((plan) => deploy(plan).objects);

describe.skipIf(isAbsent)('changed manifests are refused with the place', () => {
  test('a field that does not exist', () => {
    fc.assert(
      fc.property(anyObjects, fc.nat(), fc.constantFrom('xUnknown', 'replica', 'Spec', 'x-y'), (objects, seed, key) => {
        const maps = spots(objects, (value, name) => isMap(value) && !FREE.test(name));
        const spot = maps[seed % maps.length]!;
        const path = [...spot.path, key];
        const finding = findingAt(replaced(objects, { ...spot, path }, 'x'), path, /^FIELD_UNKNOWN$/);
        expect(finding.text).toBe(`${key}: x`);
      }),
      { numRuns: 150 },
    );
  });

  test('a value of another type', () => {
    fc.assert(
      fc.property(anyObjects, fc.nat(), (objects, seed) => {
        const isTyped = (_: unknown, name: string): boolean =>
          !/^[^/]*$|^[^/]*\/(apiVersion|kind)$/.test(name) && !isFree(name);
        const typed = spots(objects, isTyped);
        const spot = typed[seed % typed.length]!;
        const old = valueAt(objects[spot.object], spot.path);
        const other = typeof old === 'boolean' ? 'text' : true;
        const finding = findingAt(replaced(objects, spot, other), spot.path, /_TYPE$/);
        expect(finding.text).toBe(String(other));
      }),
      { numRuns: 150 },
    );
  });

  test('an annotation that nobody reads', () => {
    const keys = [
      'scaleToZeroGracePeriod',
      'stableWindow',
      'panicWindow',
      'windows',
      'min_scale',
      'Target',
      'scale-target',
    ];
    fc.assert(
      fc.property(anyObjects, fc.nat(), fc.constantFrom(...keys), (objects, seed, key) => {
        const metadata = spots(objects, (_, name) => /^[^/]*\/metadata$/.test(name));
        const spot = metadata[seed % metadata.length]!;
        const fullKey = `autoscaling.knative.dev/${key}`;
        const old = valueAt(objects[spot.object], [...spot.path, 'annotations']);
        const annotations = { ...(isMap(old) ? old : {}), [fullKey]: '10s' };
        const path = [...spot.path, 'annotations'];
        const changed = replaced(objects, { ...spot, path }, annotations);
        const finding = findingAt(changed, [...path, fullKey], /^ANNOTATION_UNKNOWN$/);
        expect(finding.text).toBe(`${fullKey}: 10s`);
        expect(finding.hint).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });
});

/** Below of what Knative's definition leaves open, nothing is typed; the type of a label is known. */
function isFree(name: string): boolean {
  return /^Service.*\/(emptyDir|persistentVolumeClaim)\/./.test(name);
}
