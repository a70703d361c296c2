import { codeThrownBy } from '@assay/testkit';
import { describe, expect, test } from 'vitest';
import { lintManifests } from './lint-manifests.ts';
import type { ManifestFinding } from './manifest-finding.ts';

const lint = (text: string): readonly ManifestFinding[] => lintManifests(text, { file: 'm.yaml' });
const brief = (text: string): readonly string[] =>
  lint(text).map(({ code, line, column }) => `${code} ${line}:${column}`);

describe('images', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const pod = (image: string): string => `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${image}`;
  test.each([
    ['nginx', 'IMAGE_UNPINNED'],
    ['nginx:1.27', 'IMAGE_UNPINNED'],
    ['localhost:5000/a/b:latest', 'IMAGE_UNPINNED'],
    ['nginx@sha256:abc', 'IMAGE_INVALID'],
    [`nginx@${digest.replace('a', 'A')}`, 'IMAGE_INVALID'],
    ['"my image"', 'IMAGE_INVALID'],
    ['"{{ .Values.image }}"', 'IMAGE_INVALID'],
  ])('%s', (image, code) => {
    expect(brief(pod(image))).toEqual([`${code} 5:14`]);
  });

  test.each([`nginx@${digest}`, `localhost:5000/a/b:1@${digest}`])('%s is pinned', (image) => {
    expect(brief(pod(image))).toEqual([]);
  });

  test('a tag may be allowed', () => {
    expect(lintManifests(pod('nginx:1'), { file: 'm.yaml', allowTags: true })).toEqual([]);
  });

  test('are found wherever a pod stands, in lists and in several documents', () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: Job
  metadata: {name: j}
  spec: {template: {spec: {initContainers: [{image: a}], containers: [{image: b}], volumes: [{image: {reference: c}}]}}}
---
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
spec: {predictor: {model: {image: d}}}
`;
    expect(lint(text).map(({ object, pointer }) => `${object} ${pointer}`)).toEqual([
      'Job/j /spec/template/spec/initContainers/0/image',
      'Job/j /spec/template/spec/containers/0/image',
      'Job/j /spec/template/spec/volumes/0/image/reference',
      'InferenceService/? /spec/predictor/model/image',
    ]);
  });
});

describe('probes of model servers', () => {
  const image = `vllm/vllm-openai@sha256:${'b'.repeat(64)}`;
  const server = (probes: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: ${image}, ${probes}}]}}}`;
  const ready = 'readinessProbe: {httpGet: {port: 80}}';

  test.each([
    ['startup long enough', `${ready}, startupProbe: {periodSeconds: 10, failureThreshold: 60}`, []],
    ['a delay counts', `${ready}, startupProbe: {initialDelaySeconds: 570}`, []],
    ['startup too short', `${ready}, startupProbe: {periodSeconds: 10, failureThreshold: 30}`, ['PROBE_TOO_SHORT']],
    ['the defaults are 30 s', `${ready}, startupProbe: {}`, ['PROBE_TOO_SHORT']],
    ['liveness without startup', `${ready}, livenessProbe: {initialDelaySeconds: 60}`, ['PROBE_TOO_SHORT']],
    ['liveness after startup', `${ready}, startupProbe: {failureThreshold: 60}, livenessProbe: {}`, []],
    ['no readiness', 'startupProbe: {failureThreshold: 60}', ['PROBE_MISSING']],
  ])('%s', (_, probes, codes) => {
    expect(lint(server(probes)).map(({ code }) => code)).toEqual(codes);
  });

  test('the time is the reader’s to set', () => {
    const text = server(`${ready}, startupProbe: {failureThreshold: 60}`);
    expect(lintManifests(text, { file: 'm.yaml', modelLoadSeconds: 1200 })).toEqual([
      expect.objectContaining({ code: 'PROBE_TOO_SHORT', message: expect.stringContaining('after 600 s') }),
    ]);
  });

  test('other containers are left alone', () => {
    const nginx = `nginx@sha256:${'b'.repeat(64)}`;
    expect(lint(server('livenessProbe: {}').replace(image, nginx))).toEqual([]);
    const gpu = 'livenessProbe: {}, resources: {limits: {nvidia.com/mig-1g.10gb: 1}}';
    expect(lint(server(gpu).replace(image, nginx)).map(({ code }) => code)).toEqual([
      'PROBE_MISSING',
      'PROBE_TOO_SHORT',
    ]);
  });

  test('the scheduler beside a server loads no model', () => {
    const probe = 'startupProbe: {failureThreshold: 30}';
    const llm = (name: string): string =>
      `apiVersion: serving.kserve.io/v1alpha2\nkind: LLMInferenceService\nspec: {template: {containers: [{name: ${name}, image: ${image}, ${probe}}]}}`;
    expect(lint(llm('main')).map(({ code }) => code)).toEqual(['PROBE_TOO_SHORT']);
    expect(lint(llm('scheduler'))).toEqual([]);
  });

  test('what a runtime of KServe brings is not missing', () => {
    const service = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n';
    expect(lint(`${service}spec: {predictor: {model: {modelFormat: {name: vLLM}}}}`)).toEqual([]);
  });

  test('Knative must wait as long as the probe does', () => {
    const template = (annotations: string): string => `apiVersion: serving.knative.dev/v1
kind: Service
spec: {template: {metadata: {annotations: {${annotations}}}, spec: {containers: [
  {image: ${image}, ${ready}, startupProbe: {failureThreshold: 120}}]}}}`;
    expect(lint(template(''))).toEqual([
      expect.objectContaining({
        code: 'DEADLINE_TOO_SHORT',
        severity: 'warning',
        hint: expect.stringContaining('to at least 1200s in spec.template.metadata.annotations'),
      }),
    ]);
    expect(lint(template('serving.knative.dev/progress-deadline: 20m'))).toEqual([]);
  });
});

describe('pods of Knative', () => {
  const revision = (spec: string): string =>
    `apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: ${spec}}}`;
  test.each([
    ['{containers: [{env: [{name: PORT, value: "80"}]}]}', '/spec/template/spec/containers/0/env/0/name'],
    ['{containers: [{lifecycle: {}}]}', '/spec/template/spec/containers/0/lifecycle'],
    ['{containers: [{ports: [{name: http, containerPort: 80}]}]}', '/spec/template/spec/containers/0/ports/0/name'],
    [
      '{containers: [{ports: [{containerPort: 80}]}, {ports: [{containerPort: 81}]}]}',
      '/spec/template/spec/containers/1/ports/0',
    ],
    ['{terminationGracePeriodSeconds: 5}', '/spec/template/spec/terminationGracePeriodSeconds'],
  ])('%s', (spec, pointer) => {
    expect(lint(revision(spec))).toEqual([
      expect.objectContaining({ code: 'FIELD_FORBIDDEN', severity: 'error', pointer }),
    ]);
  });
});

describe('texts that are no manifests', () => {
  test.each([
    ['a: [', /m\.yaml:1:\d+: /],
    ['a: 1\na: 2', /m\.yaml:2:1: .*unique/],
    ['- 1', /the document is not a mapping/],
    ['a: *b', /m\.yaml:1:\d+: /],
    ['a: "\n', /m\.yaml:/],
  ])('%j', async (text, message) => {
    expect(await codeThrownBy(() => lint(text))).toBe('MANIFEST_SYNTAX');
    expect(() => lint(text)).toThrow(message);
  });

  test('a template of Helm is told to be rendered', () => {
    expect(() => lint('a: {{ .Values.b }}\nc: d')).toThrow(
      expect.objectContaining({ hint: 'render a template first' }),
    );
  });

  test('nothing at all is nothing wrong', () => {
    expect(lint('')).toEqual([]);
    expect(lint('# only a comment\n---\n')).toEqual([]);
  });

  test('anchors and merged keys keep their places', () => {
    const text =
      'x: &a {autoscaling.knative.dev/foo: "1"}\napiVersion: serving.knative.dev/v1\nkind: Revision\nmetadata:\n  annotations: *a\n';
    expect(brief(text)).toEqual(['ANNOTATION_UNKNOWN 1:8']);
  });

  test('odd values in odd places do not throw', () => {
    const odd =
      'apiVersion: 3\nkind: [a]\nmetadata: {annotations: 5, labels: [x], name: {}}\nspec: {containers: {a: 1}, predictor: 7, template: null}';
    expect(lint(odd)).toEqual([]);
  });
});
