import { expect, test } from 'vitest';
import { examplePlans, SHAPES } from '../../test/plan-examples.ts';
import { deploy } from './deploy.ts';
import { createManifestLinter } from './manifest-linter.ts';

const linter = createManifestLinter();

test.each(SHAPES)('what we render has nothing that does not exist: %o', (shape) => {
  for (const plan of examplePlans(shape))
    expect(linter.lint(deploy(plan).yaml, 'm.yaml')).toMatchObject({ findings: [], unchecked: [] });
});

test.each([
  [
    'apps/v1',
    'Deployment',
    'selector: {}, template: {spec: {containers: []}}, replicas: two',
    'FIELD_TYPE /spec/replicas',
  ],
  [
    'apps/v1',
    'Deployment',
    'selector: {}, template: {spec: {containers: []}}, replica: 2',
    'FIELD_UNKNOWN /spec/replica',
  ],
  ['v1', 'Service', 'ports: [{port: 80, targetport: 8000}]', 'FIELD_UNKNOWN /spec/ports/0/targetport'],
  [
    'serving.knative.dev/v1',
    'Service',
    'template: {spec: {containerConcurrency: 1}}',
    'FIELD_MISSING /spec/template/spec',
  ],
  ['serving.kserve.io/v1alpha1', 'ServingRuntime', 'containers: [], disable: true', 'FIELD_UNKNOWN /spec/disable'],
  ['serving.kserve.io/v1alpha2', 'LLMInferenceService', 'model: {name: a}', 'FIELD_MISSING /spec/model'],
])('%s %s {%s}', (apiVersion, kind, spec, finding) => {
  const { findings } = linter.lint(`apiVersion: ${apiVersion}\nkind: ${kind}\nspec: {${spec}}\n`, 'm.yaml');
  expect(findings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([finding]);
});

test('kinds of the same group that are not known are no slips', () => {
  const text = 'apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceServiceConfig\nspec: {}\n';
  const unchecked = ['serving.kserve.io/v1alpha1 LLMInferenceServiceConfig'];
  expect(linter.lint(text, 'm.yaml')).toEqual({ findings: [], objects: 1, unchecked });
});

test.each([
  ['{}', 'FIELD_MISSING '],
  ['{apiVersion: v1}', 'FIELD_MISSING '],
  ['{apiVersion: 1, kind: Pod}', 'FIELD_TYPE /apiVersion'],
  ['{apiVersion: v1, kind: [a]}', 'FIELD_TYPE /kind'],
])('%s is no object of Kubernetes', (text, finding) => {
  const { findings } = linter.lint(text, 'm.yaml');
  expect(findings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([finding]);
});
