import { CORE_SCHEMAS } from './core-schemas.ts';
import { lintSources } from './lint-manifests.ts';
import { type LintLimits, type Remark, toFinding } from './lint-report.ts';
import type { ManifestFinding } from './manifest-finding.ts';
import { kindOf, type ManifestSource, readManifests, wrapObjects } from './read-manifests.ts';
import { toRemarks } from './schema-remarks.ts';
import { createSchemaSet, type SchemaSet } from './schema-set.ts';

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
  const schemas = createSchemaSet(CORE_SCHEMAS, definitions);
  const check = (sources: readonly ManifestSource[]): readonly ManifestFinding[] => [
    ...sources.flatMap((source) => checkSchema(source, schemas).map((remark) => toFinding(source, remark))),
    ...lintSources(sources, limits),
  ];
  return {
    checkObjects: (objects) => check(wrapObjects(objects)),
    checkYaml: (text, file) => check(readManifests(text, file)),
  };
}

function checkSchema({ value }: ManifestSource, schemas: SchemaSet): readonly Remark[] {
  const name = kindOf(value);
  const errors = schemas.errorsOf(name, value);
  if (errors !== undefined) return toRemarks(errors);
  const message = `no schema of ${JSON.stringify(name)} is at hand`;
  return [{ code: 'KIND_UNKNOWN', severity: 'error', path: ['kind'], message }];
}
