import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { assay, temporaryFolder } from './assay.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const GOOD = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: llm
  annotations:
    autoscaling.knative.dev/window: 60s
spec:
  predictor: {model: {modelFormat: {name: vLLM}, image: "vllm/vllm-openai@${DIGEST}"}}
`;

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('policy lint', () => {
  test('ends with 0 when nothing is wrong', async () => {
    expect(await assay('policy', 'lint', file('good.yaml', GOOD))).toEqual({
      code: 0,
      stdout: '1 file: 0 errors, 0 warnings\n',
      stderr: '',
    });
  });

  test('ends with 4 and names the place of each error', async () => {
    const bad = file('bad.yaml', GOOD.replace('/window', '/stableWindow').replace(`@${DIGEST}`, ':latest'));
    const { code, stdout, stderr } = await assay('policy', 'lint', bad);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      `${bad}:6:5 error ANNOTATION_UNKNOWN nobody reads the key "autoscaling.knative.dev/stableWindow" (InferenceService/llm /metadata/annotations/autoscaling.knative.dev~1stableWindow); did you mean "window"?`,
      `${bad}:8:57 error IMAGE_UNPINNED "vllm/vllm-openai:latest" has no digest (InferenceService/llm /spec/predictor/model/image); write NAME@sha256:DIGEST`,
      '1 file: 2 errors, 0 warnings',
      '',
    ]);
    expect(code).toBe(4);
  });

  test('a warning alone ends with 0', async () => {
    const old = file('old.yaml', GOOD.replace('/window: 60s', '/targetBurstCapacity: "-1"'));
    const { code, stdout } = await assay('policy', 'lint', old);
    expect(stdout).toContain('warning ANNOTATION_DEPRECATED');
    expect(code).toBe(0);
  });

  test('--json gives the findings of all files', async () => {
    const bad = file('bad.yaml', GOOD.replace('60s', '1s'));
    const { code, stdout } = await assay('policy', 'lint', '--json', file('good.yaml', GOOD), bad);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: 1,
      warnings: 0,
      findings: [{ code: 'ANNOTATION_VALUE', severity: 'error', file: bad, line: 6, column: 37 }],
    });
    expect(code).toBe(4);
  });

  test('--allow-tags and --model-load change the rules', async () => {
    const server = file(
      'server.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nspec: {selector: {}, template: {spec: {containers: [{name: a, image: "vllm:1", readinessProbe: {}, startupProbe: {}}]}}}\n',
    );
    expect((await assay('policy', 'lint', server)).stdout).toMatch(
      /PROBE_TOO_SHORT.*\n.*IMAGE_UNPINNED|IMAGE_UNPINNED.*\n.*PROBE_TOO_SHORT/,
    );
    expect(await assay('policy', 'lint', '--allow-tags', '--model-load', '30s', server)).toMatchObject({ code: 0 });
  });

  test.each([
    [
      'containerConcurrency: 1',
      'containerConcurency: 1',
      '8:15 error FIELD_UNKNOWN',
      'did you mean "containerConcurrency"?',
    ],
    ['minReplicas: 1', 'minReplica: 1', '8:15 error FIELD_UNKNOWN', 'did you mean "minReplicas"?'],
    ['minReplicas: 1', 'minReplicas: one', '8:28 error FIELD_TYPE', '"one", expected a whole number'],
    ['scaleMetric: rps', 'scaleMetric: rsp', '8:28 error FIELD_VALUE', 'did you mean "rps"?'],
  ])('fields and types of a kind that serves models: %s, not %s', async (right, wrong, place, says) => {
    const isvc = (field: string): string => GOOD.replace('predictor: {', `predictor: {${field}, `);
    expect(await assay('policy', 'lint', file('right.yaml', isvc(right)))).toMatchObject({ code: 0, stderr: '' });
    const path = file('wrong.yaml', isvc(wrong));
    const { code, stdout } = await assay('policy', 'lint', path);
    expect(stdout).toContain(`${path}:${place}`);
    expect(stdout).toContain(says);
    expect(stdout).toMatch(/^1 file: 1 error, 0 warnings$/m);
    expect(code).toBe(4);
  });

  test.each([
    ['serving.kserve.io/v1', 'InferenceService', '1:13 error KIND_UNKNOWN', 'it is in serving.kserve.io/v1beta1'],
    ['serving.knative.dev/v2', 'Service', '1:13 error KIND_UNKNOWN', 'it is in serving.knative.dev/v1'],
    ['serving.kserve.io/v1beta1', 'InferenceServce', '2:7 error KIND_UNKNOWN', 'did you mean "InferenceService"?'],
  ])('a version or a kind that does not exist: %s %s', async (apiVersion, kind, place, says) => {
    const path = file('odd.yaml', `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`);
    const { code, stdout } = await assay('policy', 'lint', path);
    expect(stdout).toContain(`${path}:${place}`);
    expect(stdout).toContain(says);
    expect(code).toBe(4);
  });

  test('what nobody could check is said, and so is a file of nothing', async () => {
    const other = file('other.yaml', 'apiVersion: example.com/v1\nkind: Thing\nsize: 1\n');
    const empty = file('empty.yaml', '# nothing\n');
    const { code, stdout } = await assay('policy', 'lint', other, empty);
    expect(stdout).toMatch(/other\.yaml note KIND_UNCHECKED no schema of "example\.com\/v1 Thing" is at hand.*--crds/);
    expect(stdout).toMatch(/empty\.yaml note EMPTY/);
    expect(stdout).toMatch(/^2 files: 0 errors, 0 warnings, 2 notes$/m);
    expect(code).toBe(0);
    const json = await assay('policy', 'lint', '--json', other, empty);
    expect(JSON.parse(json.stdout)).toMatchObject({
      notes: [{ file: other, kind: 'example.com/v1 Thing' }, { file: empty }],
    });
  });

  test('--crds checks kinds by their definitions', async () => {
    const crds = join(folder, 'crds');
    mkdirSync(crds);
    writeFileSync(
      join(crds, 'thing.yaml'),
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.com, names: {kind: Thing}, versions: [{name: v1, schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}}]}\n',
    );
    const thing = file('thing.yaml', 'apiVersion: example.com/v1\nkind: Thing\nsize: one\nsise: 1\n');
    const { code, stdout } = await assay('policy', 'lint', '--crds', crds, thing);
    expect(stdout).toMatch(/:3:7 error FIELD_TYPE .*\n.*:4:1 error FIELD_UNKNOWN .*did you mean "size"/);
    expect(code).toBe(4);
    const none = await assay('policy', 'lint', '--crds', join(folder, 'absent'), thing);
    expect(none.stderr).toMatch(/^error CONFIG_FILE_UNREADABLE: --crds: .*ENOENT/);
    mkdirSync(join(folder, 'none'));
    const without = await assay('policy', 'lint', '--crds', join(folder, 'none'), thing);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringMatching(/has a CustomResourceDefinition/) });
  });

  test.each([
    ['a: [\n', /^error MANIFEST_UNREADABLE: .*no\.yaml:\d+:\d+: .+ \(hint: .+\)\n$/],
    ['a: {{ .Values.b }}\n', /^error MANIFEST_UNREADABLE: .*no\.yaml:1:\d+: .+ \(hint: render a template first\)\n$/],
  ])('ends with 2 for %j', async (text, message) => {
    const { code, stderr } = await assay('policy', 'lint', file('no.yaml', text));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('a file that is not there does not keep the others from being read', async () => {
    const bad = file('bad.yaml', GOOD.replace('60s', '1s'));
    const { code, stdout, stderr } = await assay('policy', 'lint', join(folder, 'absent.yaml'), bad);
    expect(stderr).toMatch(/^error MANIFEST_UNREADABLE: .*absent\.yaml.*ENOENT.* \(hint: .+\)\n$/);
    expect(stdout).toContain('ANNOTATION_VALUE');
    expect(stdout).toMatch(/^2 files, 1 not read: 1 error, 0 warnings\n$/m);
    expect(code).toBe(2);
  });

  test('a file that is not read has no count of errors', async () => {
    const ended = await assay('policy', 'lint', join(folder, 'absent.yaml'));
    expect(ended.stdout).toBe('1 file, 1 not read\n');
    const { stdout } = await assay('policy', 'lint', '--json', file('no.yaml', 'a: [\n'));
    expect(JSON.parse(stdout)).toMatchObject({ unreadable: 1, findings: [] });
  });

  test.each([
    [['policy', 'lint'], 'USAGE_INVALID'],
    [['policy', 'lnt', 'x'], 'USAGE_UNKNOWN_COMMAND'],
    [['policy', 'lint', '--jsn', 'x'], 'USAGE_UNKNOWN_FLAG'],
    [['policy', 'lint', '--model-load', 'soon', 'x'], 'FLAG_INVALID'],
  ])('%j is misuse', async (args, code) => {
    const ended = await assay(...args);
    expect(ended.stderr).toMatch(new RegExp(`^error ${code}: .+ \\(hint: .+\\)\n$`));
    expect(ended.code).toBe(2);
  });

  test('help names the flags and the exit codes', async () => {
    const { code, stdout } = await assay('policy', 'lint', '--help');
    for (const word of ['--json', '--allow-tags', '--model-load', 'Examples:', 'Exit codes:'])
      expect(stdout).toContain(word);
    expect(code).toBe(0);
  });
});
