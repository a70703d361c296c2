import { readFileSync } from 'node:fs';
import { sharedData } from '@assay/testkit';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isMap, valueAt } from './pointer.ts';
import { SERVING_SCHEMAS } from './serving-schemas.ts';
import type { SchemaNode } from './structural-schema.ts';

const DEFINITIONS: Readonly<Record<string, string>> = {
  ClusterServingRuntime: 'kserve/serving.kserve.io_clusterservingruntimes.yaml',
  Configuration: 'knative/configuration.yaml',
  InferenceService: 'kserve/serving.kserve.io_inferenceservices.yaml',
  LLMInferenceService: 'kserve/serving.kserve.io_llminferenceservices.yaml',
  Revision: 'knative/revision.yaml',
  Route: 'knative/route.yaml',
  Service: 'knative/service.yaml',
  ServingRuntime: 'kserve/serving.kserve.io_servingruntimes.yaml',
};

const definitions = new Map<string, unknown>();
function upstream(apiVersion: string, kind: string): SchemaNode {
  const file = sharedData(`crds/${DEFINITIONS[kind] ?? ''}`);
  if (file === undefined) throw new Error(`${kind} has no definition`);
  if (!definitions.has(file)) definitions.set(file, parse(readFileSync(file, 'utf8')));
  const versions = valueAt(definitions.get(file), ['spec', 'versions']) as readonly SchemaNode[];
  const version = versions.find(({ name }) => name === apiVersion.split('/')[1]);
  return valueAt(version, ['schema', 'openAPIV3Schema']) as SchemaNode;
}

const typeOf = (node: SchemaNode): unknown => (node['x-kubernetes-int-or-string'] === true ? 'either' : node['type']);
const fieldsOf = (node: SchemaNode): Readonly<Record<string, SchemaNode>> =>
  (isMap(node['properties']) ? node['properties'] : {}) as Readonly<Record<string, SchemaNode>>;

/** Where two schemas differ in what they name, down to where the first of them looks. */
function* differences(ours: SchemaNode, theirs: SchemaNode, path: string): Generator<string> {
  if (typeOf(ours) !== typeOf(theirs)) yield `${path} is ${typeOf(theirs)}, not ${typeOf(ours)}`;
  if (ours['enum'] !== undefined && JSON.stringify(ours['enum']) !== JSON.stringify(theirs['enum'])) {
    yield `${path} is one of ${String(theirs['enum'])}`;
  }
  for (const name of (ours['required'] as readonly string[] | undefined) ?? []) {
    if (!(theirs['required'] as readonly string[] | undefined)?.includes(name)) yield `${path}/${name} is not required`;
  }
  if (isMap(ours['items'])) yield* differences(ours['items'], theirs['items'] as SchemaNode, `${path}/*`);
  const isOpen = ours['x-kubernetes-preserve-unknown-fields'] === true || ours['additionalProperties'] !== undefined;
  if (isOpen || ours['type'] !== 'object') return;
  // An object that keeps what it does not name takes every field.
  if (theirs['x-kubernetes-preserve-unknown-fields'] === true) yield `${path} takes any field`;
  const [own, other] = [fieldsOf(ours), fieldsOf(theirs)];
  for (const name of new Set([...Object.keys(own), ...Object.keys(other)])) {
    const [mine, its] = [own[name], other[name]];
    if (mine === undefined) yield `${path}/${name} is missing here`;
    else if (its === undefined) yield `${path}/${name} does not exist`;
    else yield* differences(mine, its, `${path}/${name}`);
  }
}

const isAbsent = sharedData('crds/kserve') === undefined;
const kinds = Object.keys(SERVING_SCHEMAS).filter((name) => name.startsWith('serving.'));

describe.skipIf(isAbsent)('fields that we name and the definitions of KServe and Knative', () => {
  test.each(kinds)(
    '%s',
    (name) => {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const [ours, theirs] = [SERVING_SCHEMAS[name], upstream(apiVersion, kind)].map(
        (node) => fieldsOf(node ?? {})['spec'],
      );
      expect([...differences(ours ?? {}, theirs ?? {}, '/spec')]).toEqual([]);
    },
    60_000,
  );
});
