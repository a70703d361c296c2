import { isMap } from './pointer.ts';

/** A schema as a CustomResourceDefinition holds it (`openAPIV3Schema`), or a JSON Schema. */
export type SchemaNode = Readonly<Record<string, unknown>>;

const INTEGER_BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-2_147_483_648, 2_147_483_647],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const KEPT = ['enum', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minimum', 'maximum'];
const ALSO_KEPT = ['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minProperties', 'maxProperties', 'required'];

/** Metadata of an object: its schema is Kubernetes' own and stands in no CustomResourceDefinition. */
const OBJECT_METADATA: SchemaNode = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 253 },
    generateName: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' } },
    ownerReferences: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    managedFields: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string', nullable: true },
    deletionTimestamp: { type: 'string' },
    deletionGracePeriodSeconds: { type: 'integer' },
    selfLink: { type: 'string' },
  },
};

/**
 * Turns a structural schema into a JSON Schema that judges as the API server does with strict field validation: a field
 * that the schema does not name is refused unless it keeps unknown fields. Rules in CEL (`x-kubernetes-validations`)
 * are not judged. Equal parts are put once under `$defs`: a pod template stands a dozen times in one definition.
 */
export function toJsonSchema(root: SchemaNode): SchemaNode {
  const definitions = new Map<string, string>();
  const shared: Record<string, unknown> = {};
  const share = (node: SchemaNode): SchemaNode => {
    const text = JSON.stringify(node);
    if (text.length < 120) return node;
    const known = definitions.get(text);
    const id = known ?? String(definitions.size);
    if (known === undefined) {
      definitions.set(text, id);
      shared[id] = node;
    }
    return { $ref: `#/$defs/${id}` };
  };
  const converted = convert(withObjectFields(root), share);
  return { ...converted, $defs: shared };
}

/** `apiVersion`, `kind` and `metadata` are fields of every object, and of every object inside of another. */
function withObjectFields(node: SchemaNode): SchemaNode {
  const properties = isMap(node['properties']) ? node['properties'] : {};
  const own = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  return { ...node, properties: { ...own, ...properties, metadata: OBJECT_METADATA } };
}

function convert(given: SchemaNode, share: (node: SchemaNode) => SchemaNode): SchemaNode {
  const node = given['x-kubernetes-embedded-resource'] === true ? withObjectFields(given) : given;
  const result: Record<string, unknown> = {};
  for (const key of [...KEPT, ...ALSO_KEPT]) if (node[key] !== undefined) result[key] = node[key];
  const isEither = node['x-kubernetes-int-or-string'] === true;
  const types = isEither ? ['integer', 'string'] : node['type'] === undefined ? [] : [node['type']];
  if (types.length > 0)
    result['type'] = node['nullable'] === true ? [...types, 'null'] : types.length === 1 ? types[0] : types;
  if (node['type'] === 'integer') Object.assign(result, integerBounds(node));
  // Conditions inside of these judge values alone; fields are named by the schema around them.
  for (const key of ['allOf', 'oneOf', 'not', ...(isEither ? [] : ['anyOf'])]) {
    if (node[key] !== undefined) result[key] = withoutDescriptions(node[key]);
  }
  if (isMap(node['items'])) result['items'] = share(convert(node['items'], share));
  if (Array.isArray(node['x-kubernetes-list-map-keys'])) result['listMapKeys'] = listKeys(node);
  if (node['x-kubernetes-list-type'] === 'set') result['uniqueItems'] = true;
  if (node['type'] === 'object') Object.assign(result, convertObject(node, share));
  return result;
}

function integerBounds(node: SchemaNode): SchemaNode {
  const [low, high] = INTEGER_BOUNDS[String(node['format'])] ?? [];
  if (low === undefined || high === undefined) return {};
  return {
    minimum: Math.max(low, Number(node['minimum'] ?? low)),
    maximum: Math.min(high, Number(node['maximum'] ?? high)),
  };
}

function convertObject(node: SchemaNode, share: (node: SchemaNode) => SchemaNode): SchemaNode {
  const properties = isMap(node['properties']) ? node['properties'] : {};
  const result: Record<string, unknown> = {
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, child]) => [key, isMap(child) ? share(convert(child, share)) : child]),
    ),
  };
  const additional = node['additionalProperties'];
  if (isMap(additional)) result['additionalProperties'] = share(convert(additional, share));
  else if (additional !== true && node['x-kubernetes-preserve-unknown-fields'] !== true) {
    result['additionalProperties'] = false;
  }
  return result;
}

/** Keys of a list whose items must differ in them, each with the default that stands for an absent one. */
function listKeys(node: SchemaNode): readonly (readonly [string, unknown])[] {
  const items = isMap(node['items']) ? node['items'] : {};
  const properties = isMap(items['properties']) ? items['properties'] : {};
  const keys = Array.isArray(node['x-kubernetes-list-map-keys']) ? node['x-kubernetes-list-map-keys'] : [];
  return keys.map((key: unknown) => {
    const property = properties[String(key)];
    return [String(key), isMap(property) ? property['default'] : undefined] as const;
  });
}

function withoutDescriptions(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutDescriptions);
  if (!isMap(node)) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(
        ([key, value]) => !(key === 'description' && typeof value === 'string') && !key.startsWith('x-kubernetes-'),
      )
      .map(([key, value]) => [key, withoutDescriptions(value)]),
  );
}
