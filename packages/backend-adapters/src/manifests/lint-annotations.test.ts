import { describe, expect, test } from 'vitest';
import { lintManifests } from './lint-manifests.ts';
import type { ManifestFinding } from './manifest-finding.ts';

const lint = (text: string): readonly ManifestFinding[] => lintManifests(text, { file: 'm.yaml' });
const brief = (text: string): readonly string[] =>
  lint(text).map(({ code, line, column }) => `${code} ${line}:${column}`);

/** A Knative Service with annotations on its template, the first of them on line 7. */
const ksvc = (annotations: string): string => `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: s}
spec:
  template:
    metadata: {annotations: {
${annotations}
      }}
    spec: {containers: []}
`;

/** An InferenceService with annotations, the first of them on line 6. */
const isvc = (annotations: string, predictor = '{}'): string => `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: i
  annotations: {
${annotations}
    }
spec: {predictor: ${predictor}}
`;

describe('keys of the autoscaler', () => {
  test.each([
    ['scaleToZeroGracePeriod', /set for the whole cluster .* "scale-to-zero-pod-retention-period"/],
    ['stableWindow', /did you mean "window"\?/],
    ['stable-window', /did you mean "window"\?/],
    ['panicWindow', /did you mean "panic-window-percentage"\?/],
    ['windoww', /did you mean "window"\?/],
    ['min-scal', /did you mean "min-scale"\?/],
    ['targets', /did you mean "target"\?/],
    ['minScales', /did you mean "min-scale"\?/],
    ['container-concurrency', /it is a field, not an annotation/],
    ['max-scale-up-rate', /config-autoscaler/],
    ['foo', /known keys: class, metric, target/],
    ['', /known keys/],
  ])('%s is nobody’s', (key, hint) => {
    const [finding, ...others] = lint(ksvc(`      autoscaling.knative.dev/${key}: "1"`));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'ANNOTATION_UNKNOWN',
      severity: 'error',
      file: 'm.yaml',
      line: 7,
      column: 7,
      object: 'Service/s',
      pointer: `/spec/template/metadata/annotations/autoscaling.knative.dev~1${key}`,
      hint: expect.stringMatching(hint),
    });
  });

  // The vectors of Knative's own validation.
  const accepted: readonly (readonly [string, string])[] = [
    ['class', 'kpa.autoscaling.knative.dev'],
    ['class', 'hpa.autoscaling.knative.dev'],
    ['class', 'my.autoscaler.example.com'],
    ['metric', 'rps'],
    ['target', '0.01'],
    ['target', '1e2'],
    ['target-utilization-percentage', '1'],
    ['target-utilization-percentage', '100'],
    ['min-scale', '0'],
    ['max-scale', '2147483647'],
    ['initial-scale', '3'],
    ['activation-scale', '2'],
    ['scale-down-delay', '0'],
    ['scale-down-delay', '1h'],
    ['window', '6s'],
    ['window', '1h0m0s'],
    ['panic-window-percentage', '1.0'],
    ['panic-threshold-percentage', '110'],
    ['panic-threshold-percentage', '1000'],
    ['scale-to-zero-pod-retention-period', '4m11.5s'],
    ['target-burst-capacity', '-1'],
    ['target-burst-capacity', '0'],
    ['metric-aggregation-algorithm', 'weightedExponential'],
  ];
  test.each(accepted)('%s may be %s', (key, value) => {
    expect(lint(ksvc(`      autoscaling.knative.dev/${key}: ${JSON.stringify(value)}`))).toEqual([]);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['class', 'kpa.autoscaling.knative'],
    ['class', 'foo.knative.dev'],
    ['metric', 'cpu'],
    ['target', '0'],
    ['target', 'NaN'],
    ['target', 'ten'],
    ['target-utilization-percentage', '0.7'],
    ['target-utilization-percentage', '101'],
    ['target-utilization-percentage', '70%'],
    ['min-scale', '-1'],
    ['min-scale', '1.5'],
    ['max-scale', '2147483648'],
    ['initial-scale', 'many'],
    ['activation-scale', '1'],
    ['scale-down-delay', '-1s'],
    ['scale-down-delay', '311m'],
    ['scale-down-delay', '42.5s'],
    ['window', '1s'],
    ['window', '1h1s'],
    ['window', '1m9s82ms'],
    ['window', '60'],
    ['panic-window-percentage', '0.1'],
    ['panic-window-percentage', '110'],
    ['panic-threshold-percentage', '109'],
    ['panic-threshold-percentage', '1001'],
    ['scale-to-zero-pod-retention-period', '61m'],
    ['target-burst-capacity', '-11'],
    ['metric-aggregation-algorithm', 'bogus'],
  ];
  test.each(refused)('%s may not be %s', (key, value) => {
    expect(lint(ksvc(`      autoscaling.knative.dev/${key}: ${JSON.stringify(value)}`))).toEqual([
      expect.objectContaining({ code: 'ANNOTATION_VALUE', severity: 'error', line: 7 }),
    ]);
  });

  test('a number without its unit is helped', () => {
    expect(lint(ksvc('      autoscaling.knative.dev/window: "60"'))[0]?.hint).toBe('add the unit: 60s');
  });

  test.each([
    ['5', 'ANNOTATION_TYPE', 'write "5"'],
    ['off', 'ANNOTATION_TYPE', 'write "false"'],
    ['null', 'ANNOTATION_TYPE', 'write a value'],
    ['[1]', 'ANNOTATION_TYPE', 'write "1"'],
  ])('a value that YAML reads as no text: %s', (value, code, hint) => {
    expect(lint(ksvc(`      autoscaling.knative.dev/min-scale: ${value}`))).toEqual([
      expect.objectContaining({ code, hint }),
    ]);
  });
});

describe('places', () => {
  const window = 'autoscaling.knative.dev/window: 60s';
  test.each([
    [
      'a Knative Service',
      `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {annotations: {${window}}}`,
      /move it to spec\.template/,
    ],
    ['a Deployment', `apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {${window}}}`, /Knative Service/],
    [
      'pods of a Deployment',
      `apiVersion: apps/v1\nkind: Deployment\nspec: {template: {metadata: {annotations: {${window}}}}}`,
      /Knative Service/,
    ],
    [
      'a ServingRuntime',
      `apiVersion: serving.kserve.io/v1alpha1\nkind: ServingRuntime\nmetadata: {annotations: {${window}}}`,
      /of the InferenceService/,
    ],
    [
      'an LLMInferenceService',
      `apiVersion: serving.kserve.io/v1alpha2\nkind: LLMInferenceService\nmetadata: {annotations: {${window}}}`,
      /spec\.scaling/,
    ],
    ['a label', `apiVersion: serving.knative.dev/v1\nkind: Revision\nmetadata: {labels: {${window}}}`, /not a label/],
  ])('the window of the autoscaler on %s', (_, text, hint) => {
    expect(lint(text)).toEqual([
      expect.objectContaining({
        code: 'ANNOTATION_MISPLACED',
        severity: 'error',
        line: 3,
        hint: expect.stringMatching(hint),
      }),
    ]);
  });

  test('KServe hands them on from the service, its components and the pods of a runtime', () => {
    expect(lint(isvc(`    ${window}`))).toEqual([]);
    expect(lint(isvc('', `{annotations: {${window}}}`))).toEqual([]);
    const runtime = 'apiVersion: serving.kserve.io/v1alpha1\nkind: ClusterServingRuntime\n';
    expect(lint(`${runtime}spec: {annotations: {${window}}, containers: []}`)).toEqual([]);
  });

  test('the deadline belongs to the revision, the roll-out to the route', () => {
    const service = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  annotations:\n';
    expect(brief(`${service}    serving.knative.dev/progress-deadline: 20m`)).toEqual(['ANNOTATION_MISPLACED 5:5']);
    expect(brief(`${service}    serving.knative.dev/rollout-duration: 20m`)).toEqual([]);
    expect(brief(ksvc('      serving.knative.dev/progress-deadline: 20m'))).toEqual([]);
    expect(brief(ksvc('      serving.knative.dev/rollout-duration: 20m'))).toEqual(['ANNOTATION_MISPLACED 7:7']);
    expect(brief(ksvc('      serving.knative.dev/progress-deadline: 1500ms'))).toEqual(['ANNOTATION_VALUE 7:46']);
  });
});

describe('old spellings', () => {
  test('work and are named', () => {
    expect(lint(ksvc('      autoscaling.knative.dev/minScale: "1"'))).toEqual([
      expect.objectContaining({
        code: 'ANNOTATION_DEPRECATED',
        severity: 'warning',
        hint: 'write autoscaling.knative.dev/min-scale',
      }),
    ]);
  });

  test('lose against the new one', () => {
    const both = '      autoscaling.knative.dev/maxScale: "1",\n      autoscaling.knative.dev/max-scale: "3"';
    expect(brief(ksvc(both))).toEqual(['ANNOTATION_IGNORED 7:7']);
  });

  test('have their values judged too', () => {
    expect(brief(ksvc('      autoscaling.knative.dev/minScale: "x"'))).toEqual([
      'ANNOTATION_DEPRECATED 7:7',
      'ANNOTATION_VALUE 7:41',
    ]);
  });
});

describe('values that exclude each other', () => {
  test('bounds', () => {
    const bounds = '      autoscaling.knative.dev/min-scale: "5",\n      autoscaling.knative.dev/max-scale: "2"';
    expect(lint(ksvc(bounds))).toEqual([
      expect.objectContaining({
        code: 'SCALE_CONTRADICTION',
        line: 8,
        message: 'max-scale 2 is less than min-scale 5',
      }),
    ]);
  });

  test('a bound of 0 is none', () => {
    const bounds = '      autoscaling.knative.dev/min-scale: "5",\n      autoscaling.knative.dev/max-scale: "0"';
    expect(lint(ksvc(bounds))).toEqual([]);
  });

  test('the metric and the class', () => {
    const hpa =
      '      autoscaling.knative.dev/class: hpa.autoscaling.knative.dev,\n      autoscaling.knative.dev/metric: cpu';
    expect(lint(ksvc(hpa))).toEqual([]);
    expect(lint(ksvc('      autoscaling.knative.dev/metric: cpu'))[0]?.hint).toMatch(/needs the class hpa/);
  });

  test('an initial scale of zero depends on the cluster', () => {
    expect(lint(ksvc('      autoscaling.knative.dev/initial-scale: "0"'))).toEqual([
      expect.objectContaining({ code: 'ANNOTATION_VALUE', severity: 'warning' }),
    ]);
  });
});

describe('InferenceServices', () => {
  test.each(['min-scale', 'max-scale', 'minScale', 'maxScale'])('KServe writes its own %s', (key) => {
    expect(lint(isvc(`    autoscaling.knative.dev/${key}: "1"`))).toContainEqual(
      expect.objectContaining({
        code: 'ANNOTATION_IGNORED',
        severity: 'error',
        hint: `write spec.predictor.${key.startsWith('min') ? 'minReplicas' : 'maxReplicas'}`,
      }),
    );
  });

  test('its fields win over the annotations', () => {
    expect(brief(isvc('    autoscaling.knative.dev/target: "4"', '{scaleTarget: 8}'))).toEqual([
      'ANNOTATION_IGNORED 6:5',
    ]);
  });

  test('activation-scale is held against the replicas', () => {
    const activation = '    autoscaling.knative.dev/activation-scale: "3"';
    expect(brief(isvc(activation, '{minReplicas: 0, maxReplicas: 4}'))).toEqual([]);
    expect(brief(isvc(activation, '{minReplicas: 0, maxReplicas: 2}'))).toEqual(['SCALE_CONTRADICTION 6:47']);
    expect(brief(isvc(activation, '{minReplicas: 4, maxReplicas: 8}'))).toEqual(['SCALE_CONTRADICTION 6:47']);
  });

  test('the replicas are held against each other, in each component', () => {
    expect(lint(isvc('', '{minReplicas: 3, maxReplicas: 2}'))).toEqual([
      expect.objectContaining({
        code: 'SCALE_CONTRADICTION',
        pointer: '/spec/predictor/maxReplicas',
        message: 'maxReplicas 2 is less than minReplicas 3',
      }),
    ]);
    const both = '{minReplicas: 0}, transformer: {scaleTarget: 3}';
    expect(brief(isvc('    autoscaling.knative.dev/target: "4"', both))).toEqual(['ANNOTATION_IGNORED 6:5']);
    const own = '{minReplicas: 0}, transformer: {annotations: {autoscaling.knative.dev/min-scale: "1"}}';
    expect(lint(isvc('', own))).toEqual([expect.objectContaining({ hint: 'write spec.transformer.minReplicas' })]);
  });

  test.each(['Standard', 'RawDeployment'])('in the mode %s nothing of Knative holds', (mode) => {
    const annotations = `    serving.kserve.io/deploymentMode: ${mode},\n    autoscaling.knative.dev/window: 60s`;
    expect(lint(isvc(annotations)).filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({ code: 'ANNOTATION_IGNORED', line: 7 }),
    ]);
  });

  test.each([
    ['serving.kserve.io/deployment-mode: Knative', 'ANNOTATION_UNKNOWN', 'did you mean "deploymentMode"?'],
    ['serving.kserve.io/autoscalerclass: none', 'ANNOTATION_UNKNOWN', 'did you mean "autoscalerClass"?'],
    ['serving.kserve.io/minReplicas: "1"', 'ANNOTATION_UNKNOWN', /spec\.predictor\.minReplicas/],
    ['serving.knative.dev/progressDeadline: 20m', 'ANNOTATION_UNKNOWN', 'did you mean "progress-deadline"?'],
    ['serving.kserve.io/deploymentMode: knative', 'ANNOTATION_VALUE', 'did you mean "Knative"?'],
    ['serving.kserve.io/autoscalerClass: kpa', 'ANNOTATION_VALUE', 'did you mean "hpa"?'],
    ['serving.kserve.io/stop: "yes"', 'ANNOTATION_VALUE', undefined],
    ['serving.kserve.io/gpu-resource-types: nvidia.com/gpu', 'ANNOTATION_VALUE', /for example \[/],
    ['serving.kserve.io/deploymentMode: Serverless', 'ANNOTATION_DEPRECATED', 'write Knative'],
    ['serving.kserve.io/metrics: cpu', 'ANNOTATION_DEPRECATED', 'write spec.predictor.scaleMetric'],
  ])('%s', (annotation, code, hint) => {
    const expected = hint instanceof RegExp ? expect.stringMatching(hint) : hint;
    expect(lint(isvc(`    ${annotation}`))).toEqual([expect.objectContaining({ code, hint: expected })]);
  });

  test('labels that Knative’s own programs carry are left alone', () => {
    const labels = '{autoscaling.knative.dev/autoscaler-provider: hpa, serving.knative.dev/controller: "true"}';
    expect(lint(`apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: ${labels}}`)).toEqual([]);
  });

  test.each([
    ['autoscaling.knative.com/window: 60s', '"autoscaling.knative.dev/window"'],
    ['Autoscaling.knative.dev/window: 60s', '"autoscaling.knative.dev/window"'],
    ['autoscaling.knative.dev.com/minScale: "1"', '"autoscaling.knative.dev/min-scale"'],
    ['autoscale.knative.dev/foo: "1"', 'the domain "autoscaling.knative.dev"'],
    ['autoscaling.kserve.io/min-scale: "1"', '"autoscaling.knative.dev/min-scale"'],
    ['autoscaling.kserve.io/deploymentMode: Standard', '"serving.kserve.io/deploymentMode"'],
    ['knative.dev/target: "4"', '"autoscaling.knative.dev/target"'],
    ['serving.knative.dev/minScale: "1"', '"autoscaling.knative.dev/min-scale"'],
    ['serving.knative.dev/target-burst-capacity: "1"', '"autoscaling.knative.dev/target-burst-capacity"'],
    ['serving.knativ.dev/progress-deadline: 20m', '"serving.knative.dev/progress-deadline"'],
    ['autoscaling.knative.dev/progress-deadline: 20m', '"serving.knative.dev/progress-deadline"'],
    ['serving.knative.dev/deploymentMode: Standard', '"serving.kserve.io/deploymentMode"'],
    ['serving.kserve.dev/deploymentMode: Standard', '"serving.kserve.io/deploymentMode"'],
    ['serving.kserv.io/autoscalerClass: hpa', '"serving.kserve.io/autoscalerClass"'],
    ['serving.kubeflow.org/deploymentMode: Standard', '"serving.kserve.io/deploymentMode"'],
    ['serving.kserve.io/target: "4"', '"autoscaling.knative.dev/target"'],
  ])('a slip in the domain: %s', (annotation, meant) => {
    expect(lint(isvc(`    ${annotation}`))).toEqual([
      expect.objectContaining({
        code: 'ANNOTATION_UNKNOWN',
        severity: 'error',
        line: 6,
        column: 5,
        hint: `did you mean ${meant}?`,
      }),
    ]);
  });

  test.each([
    'networking.knative.dev/visibility: cluster-local',
    'networking.knative.dev/ingress.class: istio',
    'features.knative.dev/queueproxy-podinfo: enabled',
    'prometheus.kserve.io/port: "8080"',
    'internal.serving.kserve.io/agent: "true"',
    'eventing.knative.dev/broker.class: Kafka',
    'serving.server.io/window: 60s',
    'autoscaling.example.dev/window: 60s',
    'keda.sh/window: 60s',
  ])('%s is somebody else’s', (annotation) => {
    expect(lint(isvc(`    ${annotation}`))).toEqual([]);
  });

  test('keys of others are nobody’s business', () => {
    expect(lint(isvc('    example.com/window: 1, autoscaling: "2", sidecar.istio.io/inject: "false"'))).toEqual([]);
  });
});
