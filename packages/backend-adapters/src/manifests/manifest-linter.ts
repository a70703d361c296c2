import { didYouMean } from '@assay/contracts';
import { lintSources } from './lint-manifests.ts';
import { type LintLimits, type Remark, toFinding } from './lint-report.ts';
import type { ManifestFinding } from './manifest-finding.ts';
import { kindOf, type ManifestSource, readManifests } from './read-manifests.ts';
import { toRemarks } from './schema-remarks.ts';
import { createSchemaSet, type SchemaSet } from './schema-set.ts';
import { SERVING_SCHEMAS } from './serving-schemas.ts';

/** What is wrong with a text, and what of it was not looked at. */
interface LintedText {
  readonly findings: readonly ManifestFinding[];
  /** Objects in it. */
  readonly objects: number;
  /** Kinds, as `apiVersion Kind`, whose fields and types nobody could check. */
  readonly unchecked: readonly string[];
}

/** Judges manifests that people write. */
export interface ManifestLinter {
  /** @throws AdapterError MANIFEST_SYNTAX */
  lint(text: string, file: string): LintedText;
}

/**
 * A linter by the rules of `lintManifests` and by the fields, types and versions of the kinds that serve models: of KServe, of Knative and the Deployment of
 * Kubernetes, down to where a slip is likely. CustomResourceDefinitions make it judge their kinds in whole.
 *
 * @param definitions Texts of CustomResourceDefinitions in YAML, with their full schemas.
 * @throws AdapterError MANIFEST_SYNTAX, CRD_INVALID
 */
export function createManifestLinter(
  definitions: readonly string[] = [],
  limits: Partial<LintLimits> = {},
): ManifestLinter {
  const schemas = createSchemaSet(SERVING_SCHEMAS, definitions);
  return {
    lint(text, file) {
      const sources = readManifests(text, file);
      const checked = sources.map((source) => ({ source, remarks: checkFields(source, schemas) }));
      return {
        findings: [
          ...checked.flatMap(({ source, remarks }) => (remarks ?? []).map((remark) => toFinding(source, remark))),
          ...lintSources(sources, limits),
        ].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
        objects: sources.length,
        unchecked: [
          ...new Set(checked.filter(({ remarks }) => remarks === undefined).map(({ source }) => kindOf(source.value))),
        ],
      };
    },
  };
}

/** `undefined` where nothing is known of the kind. */
function checkFields({ value }: ManifestSource, schemas: SchemaSet): readonly Remark[] | undefined {
  const { apiVersion, kind } = value;
  for (const [field, found] of Object.entries({ apiVersion, kind })) {
    if (typeof found === 'string') continue;
    const message = found === undefined ? `the field "${field}" is missing` : `the field "${field}" is no text`;
    const path = found === undefined ? [] : [field];
    return [{ code: found === undefined ? 'FIELD_MISSING' : 'FIELD_TYPE', severity: 'error', path, message }];
  }
  const errors = schemas.errorsOf(kindOf(value), value);
  return errors === undefined ? checkKind(String(apiVersion), String(kind), schemas) : toRemarks(errors);
}

/** A kind that is known in other versions, or under a name that is nearly the same. */
function checkKind(apiVersion: string, kind: string, { kinds }: SchemaSet): readonly Remark[] | undefined {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const ofGroup = kinds.map((each) => each.split(' ')).filter(([version]) => version?.split('/')[0] === group);
  const versions = ofGroup.filter(([, name]) => name === kind).map(([version]) => version);
  const remark = { code: 'KIND_UNKNOWN', severity: 'error' } as const;
  if (versions.length > 0) {
    const message = `there is no ${kind} in ${JSON.stringify(apiVersion)}`;
    return [{ ...remark, path: ['apiVersion'], message, hint: `it is in ${versions.join(', ')}` }];
  }
  const meant = didYouMean(kind, [...new Set(ofGroup.map(([, name]) => name ?? ''))]);
  // A longer name is another kind: there are an InferenceService and an InferenceServiceConfig.
  if (meant === undefined || kind.startsWith(meant)) return undefined;
  const message = `there is no ${JSON.stringify(kind)} in ${JSON.stringify(apiVersion)}`;
  return [{ ...remark, path: ['kind'], message, hint: `did you mean ${JSON.stringify(meant)}?` }];
}
