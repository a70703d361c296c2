import type { SchemaNode } from './structural-schema.ts';

type FieldType = 'text' | 'flag' | 'whole' | 'either' | 'texts' | 'textMap' | 'quantities' | 'open' | 'opens';

const OPEN: SchemaNode = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const TYPES: Readonly<Record<FieldType, SchemaNode>> = {
  text: { type: 'string' },
  flag: { type: 'boolean' },
  whole: { type: 'integer', format: 'int64' },
  either: { 'x-kubernetes-int-or-string': true },
  texts: { type: 'array', items: { type: 'string' } },
  textMap: { type: 'object', additionalProperties: { type: 'string' } },
  quantities: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } },
  // Objects whose own fields are not looked at.
  open: OPEN,
  opens: { type: 'array', items: OPEN },
};

/** Names of fields by their type, with spaces between. */
type Outline = Readonly<Partial<Record<FieldType, string>>>;

/**
 * A schema from fields by their type: `outline({ text: 'name uri', whole: 'replicas' })`. Names stand one after the other; fields of another shape are
 * given as a schema under their own names in `others`.
 */
export function outline(
  byType: Outline,
  others: Readonly<Record<string, SchemaNode>> = {},
  required: readonly string[] = [],
): SchemaNode {
  const properties: Record<string, SchemaNode> = {};
  for (const [type, schema] of Object.entries(TYPES)) {
    for (const name of byType[type as FieldType]?.split(' ') ?? []) properties[name] = schema;
  }
  return { type: 'object', properties: { ...properties, ...others }, ...(required.length > 0 ? { required } : {}) };
}

/** A text that is one of some words. */
export const oneOf = (...words: readonly string[]): SchemaNode => ({ type: 'string', enum: words });

export const listOf = (items: SchemaNode, ...keys: readonly string[]): SchemaNode => ({
  type: 'array',
  items,
  ...(keys.length > 0 ? { 'x-kubernetes-list-map-keys': keys } : {}),
});

/** Fields of several objects in one. */
export function merge(...nodes: readonly SchemaNode[]): SchemaNode {
  const properties = Object.assign({}, ...nodes.map((node) => node['properties']));
  const required = nodes.flatMap((node) => (node['required'] as readonly string[] | undefined) ?? []);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

/** The same without some fields, none of which is needed then. */
export function without(node: SchemaNode, ...names: readonly string[]): SchemaNode {
  const entries = Object.entries(node['properties'] as Readonly<Record<string, SchemaNode>>);
  const required = ((node['required'] as readonly string[] | undefined) ?? []).filter((name) => !names.includes(name));
  return {
    type: 'object',
    properties: Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    ...(required.length > 0 ? { required } : {}),
  };
}
