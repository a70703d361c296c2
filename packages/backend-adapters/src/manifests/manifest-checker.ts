import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { AdapterError } from '../adapter-error.ts';
import { CORE_SCHEMAS } from './core-schemas.ts';
import { lintSources } from './lint-manifests.ts';
import { type LintLimits, type Remark, toFinding } from './lint-report.ts';
import type { ManifestFinding } from './manifest-finding.ts';
import { isMap, valueAt } from './pointer.ts';
import { type ManifestSource, readManifests, wrapObjects } from './read-manifests.ts';
import { toRemarks } from './schema-remarks.ts';
import { type SchemaNode, toJsonSchema } from './structural-schema.ts';

/** Judges manifests by schemas and by the rules of `lintManifests`. */
export interface ManifestChecker {
  /** Findings with pointers alone: objects have no lines. */
  readonly checkObjects: (objects: readonly Readonly<Record<string, unknown>>[]) => readonly ManifestFinding[];
  /**
   * Findings with lines and columns.
   *
   * @throws AdapterError MANIFEST_SYNTAX
   */
  readonly checkYaml: (text: string, file: string) => readonly ManifestFinding[];
}

/**
 * A checker that knows the kinds of some CustomResourceDefinitions besides Deployment, Service and ConfigMap. It judges
 * as the API server does with strict field validation, but for rules in CEL. A schema is compiled when the first object
 * of its kind comes.
 *
 * @param definitions Texts of CustomResourceDefinitions in YAML, with their full schemas.
 * @throws AdapterError MANIFEST_SYNTAX, CRD_INVALID
 */
export function createManifestChecker(
  definitions: readonly string[],
  limits: Partial<LintLimits> = {},
): ManifestChecker {
  const schemas = new Map(Object.entries(CORE_SCHEMAS));
  for (const text of definitions) {
    for (const { value } of readManifests(text, 'definition')) {
      for (const [kind, schema] of schemasOf(value)) schemas.set(kind, schema);
    }
  }
  const validators = new Map<string, ValidateFunction>();
  const ajv = createAjv();
  const validatorOf = (kind: string): ValidateFunction | undefined => {
    const known = validators.get(kind);
    if (known !== undefined) return known;
    const schema = schemas.get(kind);
    if (schema === undefined) return undefined;
    const validator = ajv.compile(toJsonSchema(schema));
    validators.set(kind, validator);
    return validator;
  };
  const check = (sources: readonly ManifestSource[]): readonly ManifestFinding[] => [
    ...sources.flatMap((source) => checkSchema(source, validatorOf).map((remark) => toFinding(source, remark))),
    ...lintSources(sources, limits),
  ];
  return {
    checkObjects: (objects) => check(wrapObjects(objects)),
    checkYaml: (text, file) => check(readManifests(text, file)),
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

function checkSchema(
  { value }: ManifestSource,
  validatorOf: (kind: string) => ValidateFunction | undefined,
): readonly Remark[] {
  const name = `${String(value['apiVersion'] ?? '')} ${String(value['kind'] ?? '')}`;
  const validator = validatorOf(name);
  if (validator === undefined) {
    const message = `no schema of ${JSON.stringify(name.trim())} is at hand`;
    return [{ code: 'KIND_UNKNOWN', severity: 'error', path: ['kind'], message }];
  }
  return validator(value) === true ? [] : toRemarks(validator.errors ?? []);
}
