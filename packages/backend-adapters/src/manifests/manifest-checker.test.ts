import { codeThrownBy } from '@assay/testkit';
import { describe, expect, test } from 'vitest';
import { createManifestChecker } from './manifest-checker.ts';

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Thing}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, format: int32, minimum: 1}
              mode: {type: string, enum: [Slow, Fast]}
              port: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true, pattern: "^[a-z0-9]+$"}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: boolean}}}
              anything: {x-kubernetes-preserve-unknown-fields: true}
              empty: {type: object}
              maybe: {type: string, nullable: true}
              values: {type: object, additionalProperties: {type: string}}
              inner: {type: object, x-kubernetes-embedded-resource: true, properties: {data: {type: string}}}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [number, protocol]
                items:
                  type: object
                  required: [number]
                  properties: {number: {type: integer}, protocol: {type: string, default: TCP}, name: {type: string}}
              names: {type: array, x-kubernetes-list-type: set, items: {type: string}}
              either:
                type: object
                properties: {a: {type: string}, b: {type: string}}
                oneOf: [{required: [a]}, {required: [b]}]
`;
const checker = createManifestChecker([DEFINITION]);

const found = (spec: string): readonly string[] =>
  checker
    .checkYaml(`apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: 1, ${spec}}\n`, 't.yaml')
    .map(({ code, line, column, pointer }) => `${code} ${line}:${column} ${pointer}`);

describe('a structural schema', () => {
  test.each([
    'mode: Fast',
    'port: 80',
    'port: http',
    'open: {known: true, other: [1]}',
    'anything: {a: [1, {b: null}]}',
    'empty: {}',
    'maybe: null',
    'values: {a: b}',
    'inner: {apiVersion: v1, kind: X, metadata: {name: x}, data: z}',
    'ports: [{number: 1}, {number: 1, protocol: UDP}]',
    'names: [a, b]',
    'either: {a: x}',
  ])('takes %s', (spec) => {
    expect(found(spec)).toEqual([]);
  });

  test.each([
    ['siz: 1', 'FIELD_UNKNOWN 4:17 /spec/siz'],
    ['mode: fast', 'FIELD_VALUE 4:23 /spec/mode'],
    ['mode: on', 'FIELD_TYPE 4:23 /spec/mode'],
    ['port: true', 'FIELD_TYPE 4:23 /spec/port'],
    ['port: HTTP', 'FIELD_VALUE 4:23 /spec/port'],
    ['open: {known: 1}', 'FIELD_TYPE 4:31 /spec/open/known'],
    ['empty: {a: 1}', 'FIELD_UNKNOWN 4:25 /spec/empty/a'],
    ['mode: null', 'FIELD_TYPE 4:23 /spec/mode'],
    ['values: {a: 1}', 'FIELD_TYPE 4:29 /spec/values/a'],
    ['inner: {dat: y}', 'FIELD_UNKNOWN 4:25 /spec/inner/dat'],
    ['ports: [{number: 1}, {number: 1, protocol: TCP}]', 'FIELD_VALUE 4:24 /spec/ports'],
    ['ports: [{}]', 'FIELD_MISSING 4:25 /spec/ports/0'],
    ['names: [a, a]', 'FIELD_VALUE 4:24 /spec/names'],
    ['either: {a: x, b: y}', 'FIELD_VALUE 4:25 /spec/either'],
    ['either: {}', 'FIELD_MISSING 4:25 /spec/either'],
  ])('refuses %s', (spec, finding) => {
    expect(found(spec)).toContain(finding);
  });

  test('bounds of 32 bits', () => {
    const check = (size: string): readonly string[] =>
      checker
        .checkYaml(`{apiVersion: example.com/v1, kind: Thing, spec: {size: ${size}}}`, 't')
        .map(({ code }) => code);
    expect(check('2147483647')).toEqual([]);
    expect(check('2147483648')).toEqual(['FIELD_VALUE']);
    expect(check('0')).toEqual(['FIELD_VALUE']);
    expect(check('1.5')).toEqual(['FIELD_TYPE']);
    expect(check('"1"')).toEqual(['FIELD_TYPE']);
  });

  test('help is at hand', () => {
    const finding = (text: string): unknown => checker.checkObjects([JSON.parse(text)])[0];
    const thing = (spec: string): string => `{"apiVersion":"example.com/v1","kind":"Thing","spec":{"size":1,${spec}}}`;
    expect(finding(thing('"mod":"Fast"'))).toMatchObject({ hint: 'did you mean "mode"?', line: undefined });
    expect(finding(thing('"mode":"fast"'))).toMatchObject({ hint: 'did you mean "Fast"?' });
    expect(finding(thing('"mode":1'))).toMatchObject({ hint: 'write it in quotes' });
    expect(finding('{"apiVersion":"example.com/v1","kind":"Thing","spec":{"size":"1"}}')).toMatchObject({
      hint: 'write it without quotes',
    });
  });

  test('metadata is Kubernetes’ own', () => {
    const check = (metadata: object): readonly string[] =>
      checker
        .checkObjects([{ apiVersion: 'example.com/v1', kind: 'Thing', metadata, spec: { size: 1 } }])
        .map(({ code, pointer }) => `${code} ${pointer}`);
    expect(check({ name: 'a', labels: { a: 'b' }, creationTimestamp: null })).toEqual([]);
    expect(check({ nam: 'a' })).toEqual(['FIELD_UNKNOWN /metadata/nam']);
    expect(check({ annotations: { a: 1 } })).toEqual(['FIELD_TYPE /metadata/annotations/a']);
  });

  test('another kind is named', () => {
    expect(checker.checkObjects([{ apiVersion: 'example.com/v2', kind: 'Thing' }])).toEqual([
      expect.objectContaining({ code: 'KIND_UNKNOWN', message: 'no schema of "example.com/v2 Thing" is at hand' }),
    ]);
  });
});

describe('definitions that are none', () => {
  const without = (pattern: RegExp): string => DEFINITION.replace(pattern, '');
  test.each([
    ['no group', without(/ {2}group.*\n/)],
    [
      'no properties',
      'kind: CustomResourceDefinition\nspec: {group: g, names: {kind: K}, versions: [{name: v1, schema: {openAPIV3Schema: {}}}]}',
    ],
  ])('%s', async (_, text) => {
    expect(await codeThrownBy(() => createManifestChecker([text]))).toBe('CRD_INVALID');
  });

  test('other objects of the text are passed over', () => {
    expect(createManifestChecker(['kind: Namespace\napiVersion: v1']).checkObjects([])).toEqual([]);
  });
});

describe('Kubernetes’ own kinds', () => {
  const check = (object: object): readonly string[] =>
    createManifestChecker([])
      .checkObjects([object as Record<string, unknown>])
      .map(({ code, pointer }) => `${code} ${pointer}`);
  const service = (port: object): object => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [port] },
  });

  test.each([
    [{ port: 80, targetPort: 'http1' }, []],
    [{ port: 80, targetPort: 8080 }, []],
    [{ port: 0 }, ['FIELD_VALUE /spec/ports/0/port']],
    [{ port: '80' }, ['FIELD_TYPE /spec/ports/0/port']],
    [{ port: 80, protocol: 'HTTP' }, ['FIELD_VALUE /spec/ports/0/protocol']],
    [{ port: 80, name: 'a-name-of-17-char' }, ['FIELD_VALUE /spec/ports/0/name']],
    [{ port: 80, targetport: 80 }, ['FIELD_UNKNOWN /spec/ports/0/targetport']],
  ])('a port %j', (port, findings) => {
    expect(check(service(port))).toEqual(findings);
  });

  test('a quantity', () => {
    const deployment = (memory: unknown): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'c', image: `i@sha256:${'a'.repeat(64)}`, resources: { limits: { memory } } }] },
        },
      },
    });
    for (const memory of ['1Gi', '1.5G', '100m', 4, '1e3']) expect(check(deployment(memory))).toEqual([]);
    for (const memory of ['1GB', 'many', '1 Gi', '']) {
      expect(check(deployment(memory))).toEqual([
        'FIELD_VALUE /spec/template/spec/containers/0/resources/limits/memory',
      ]);
    }
  });
});
