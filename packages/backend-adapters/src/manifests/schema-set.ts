import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { AdapterError } from '../adapter-error.ts';
import { isMap, valueAt } from './pointer.ts';
import { readManifests } from './read-manifests.ts';
import { type SchemaNode, toJsonSchema } from './structural-schema.ts';

/** Schemas of kinds. One is compiled when the first object of its kind comes. */
export interface SchemaSet {
  /** Names of the kinds, as `apiVersion Kind`. */
  readonly kinds: readonly string[];
  /** What is wrong with an object of a kind; `undefined` where there is no schema of it. */
  errorsOf(kind: string, value: unknown): readonly ErrorObject[] | undefined;
}

/**
 * Schemas by `apiVersion Kind`, and those of CustomResourceDefinitions, which win.
 *
 * @param definitions Texts of CustomResourceDefinitions in YAML, with their full schemas.
 * @throws AdapterError MANIFEST_SYNTAX, CRD_INVALID
 */
export function createSchemaSet(
  known: Readonly<Record<string, SchemaNode>>,
  definitions: readonly string[],
): SchemaSet {
  const schemas = new Map(Object.entries(known));
  for (const text of definitions) {
    for (const { value } of readManifests(text, 'definition')) {
      for (const [kind, schema] of schemasOf(value)) schemas.set(kind, schema);
    }
  }
  const ajv = createAjv();
  const validators = new Map<string, ReturnType<typeof ajv.compile>>();
  return {
    kinds: [...schemas.keys()],
    errorsOf(kind, value) {
      const schema = schemas.get(kind);
      if (schema === undefined) return undefined;
      const validator = validators.get(kind) ?? ajv.compile(toJsonSchema(schema));
      validators.set(kind, validator);
      return validator(value) === true ? [] : (validator.errors ?? []);
    },
  };
}

/** Schemas by `apiVersion Kind`, one for each version. */
function schemasOf(definition: Readonly<Record<string, unknown>>): readonly (readonly [string, SchemaNode])[] {
  if (definition['kind'] !== 'CustomResourceDefinition') return [];
  const group = valueAt(definition, ['spec', 'group']);
  const kind = valueAt(definition, ['spec', 'names', 'kind']);
  const versions = valueAt(definition, ['spec', 'versions']);
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) {
    throw new AdapterError('CRD_INVALID', 'the CustomResourceDefinition names no group, kind or versions');
  }
  return versions.map((version: unknown) => {
    const schema = valueAt(version, ['schema', 'openAPIV3Schema']);
    if (isMap(schema) && isMap(schema['properties'])) {
      return [`${group}/${String(valueAt(version, ['name']))} ${kind}`, schema] as const;
    }
    throw new AdapterError('CRD_INVALID', `the CustomResourceDefinition of ${kind} has no schema`, {
      hint: 'take the full definition, not the minimal one',
    });
  });
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
    verbose: true,
    validateFormats: false,
  });
  ajv.addKeyword({
    keyword: 'listMapKeys',
    type: 'array',
    errors: true,
    validate: function hasDistinctKeys(
      keys: readonly (readonly [string, unknown])[],
      items: readonly unknown[],
    ): boolean {
      const seen = items.map((item) =>
        JSON.stringify(keys.map(([key, fallback]) => valueAt(item, [key]) ?? fallback ?? null)),
      );
      if (new Set(seen).size === seen.length) return true;
      const params = { keys: keys.map(([key]) => key).join(', ') };
      Object.assign(hasDistinctKeys, { errors: [{ keyword: 'listMapKeys', params, message: 'keys are not unique' }] });
      return false;
    },
  });
  return ajv;
}
