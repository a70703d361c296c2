import { toPointer } from '@assay/contracts';
import type { ManifestFinding, ManifestFindingCode } from './manifest-finding.ts';
import { type Path, valueAt } from './pointer.ts';
import type { ManifestSource } from './read-manifests.ts';

/** What a rule says of one place. */
export interface Remark {
  readonly code: ManifestFindingCode;
  readonly severity: ManifestFinding['severity'];
  readonly path: Path;
  /** Point at the key instead of the value. */
  readonly isAboutKey?: boolean;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** One rule: everything it has to say of an object. */
export type Rule = (source: ManifestSource, limits: LintLimits) => readonly Remark[];

export interface LintLimits {
  /** Shortest time that probes must leave for loading a model, in seconds. */
  readonly modelLoadSeconds: number;
  /** Accept images that are named by a tag. */
  readonly allowTags: boolean;
}

/** `Kind/name` of an object. */
function objectName(value: Readonly<Record<string, unknown>>): string {
  const name = valueAt(value, ['metadata', 'name']) ?? valueAt(value, ['metadata', 'generateName']);
  return `${String(value['kind'] ?? 'object')}/${String(name ?? '?')}`;
}

/** A remark with the names and places that a reader needs. */
export function toFinding(source: ManifestSource, remark: Remark): ManifestFinding {
  const place = source.placeOf(remark.path, remark.isAboutKey === true ? 'key' : 'value');
  return {
    code: remark.code,
    severity: remark.severity,
    file: source.file,
    line: place?.line,
    column: place?.column,
    object: objectName(source.value),
    pointer: toPointer(remark.path),
    message: remark.message,
    hint: remark.hint,
  };
}
