import { readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
}

const { kinds, definitions } = JSON.parse(
  readFileSync(new URL('vectors/kubernetes-1.34.schema.json', import.meta.url), 'utf8'),
) as { kinds: Readonly<Record<string, string>>; definitions: Readonly<Record<string, Schema>> };

/** What Kubernetes' own schema finds wrong with an object; a field it does not know counts, as it does for the server's strict validation. */
export function schemaFaults(object: { readonly kind?: string | undefined }): string[] {
  const name = kinds[object.kind ?? ''];
  if (name === undefined) return [`no schema of kind ${object.kind}`];
  return faultsOf(JSON.parse(JSON.stringify(object)), { $ref: name }, object.kind ?? '');
}

function faultsOf(value: unknown, schema: Schema, at: string): string[] {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref];
    return target === undefined ? [`${at}: no definition of ${schema.$ref}`] : faultsOf(value, target, at);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${at}: ${String(value)} is none of its values`];
  if (schema.type === undefined && schema.properties === undefined) return [];
  const type = schema.type ?? 'object';
  if (type === 'array') {
    if (!Array.isArray(value)) return [`${at}: no array`];
    return value.flatMap((item, index) => faultsOf(item, schema.items ?? {}, `${at}[${index}]`));
  }
  if (type !== 'object')
    return isOf(type, schema.format, value) ? [] : [`${at}: ${JSON.stringify(value)} is no ${type}`];
  if (typeof value !== 'object' || value === null) return [`${at}: no object`];
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${at}: ${key} is missing`);
  return [...missing, ...Object.entries(value).flatMap(([key, item]) => keyFaults(key, item, schema, at))];
}

function keyFaults(key: string, item: unknown, schema: Schema, at: string): string[] {
  const known = schema.properties?.[key] ?? schema.additionalProperties;
  if (known === undefined || known === false) return [`${at}: unknown field ${key}`];
  return known === true ? [] : faultsOf(item, known, `${at}.${key}`);
}

function isOf(type: string, format: string | undefined, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'string' && format === 'int-or-string') return true;
  return typeof value === type;
}
