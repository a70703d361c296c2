/**
 * - `ANNOTATION_UNKNOWN`: a key of Knative's or KServe's domains that nobody reads.
 * - `ANNOTATION_VALUE`: a value that its reader refuses.
 * - `ANNOTATION_TYPE`: a value that is no text.
 * - `ANNOTATION_MISPLACED`: it stands where its reader does not look.
 * - `ANNOTATION_IGNORED`: something else wins over it.
 * - `ANNOTATION_DEPRECATED`: an old spelling.
 * - `SCALE_CONTRADICTION`: bounds that exclude each other.
 * - `IMAGE_UNPINNED`: no digest.
 * - `IMAGE_INVALID`: a digest or name that is none.
 * - `PROBE_MISSING`, `PROBE_TOO_SHORT`: a model server is sent requests, or ended, while it loads.
 * - `DEADLINE_TOO_SHORT`: Knative gives up before the probes do.
 * - `FIELD_FORBIDDEN`: a field that Knative's webhook refuses.
 * - `FIELD_UNKNOWN`, `FIELD_TYPE`, `FIELD_MISSING`, `FIELD_VALUE`: the schema of the kind.
 * - `KIND_UNKNOWN`: no schema for it.
 */
export type ManifestFindingCode =
  | 'ANNOTATION_UNKNOWN'
  | 'ANNOTATION_VALUE'
  | 'ANNOTATION_TYPE'
  | 'ANNOTATION_MISPLACED'
  | 'ANNOTATION_IGNORED'
  | 'ANNOTATION_DEPRECATED'
  | 'SCALE_CONTRADICTION'
  | 'IMAGE_UNPINNED'
  | 'IMAGE_INVALID'
  | 'PROBE_MISSING'
  | 'PROBE_TOO_SHORT'
  | 'DEADLINE_TOO_SHORT'
  | 'FIELD_FORBIDDEN'
  | 'FIELD_UNKNOWN'
  | 'FIELD_TYPE'
  | 'FIELD_MISSING'
  | 'FIELD_VALUE'
  | 'KIND_UNKNOWN';

/** One thing that is wrong with a manifest. Line and column are 1-based, and `undefined` where there is no text. */
export interface ManifestFinding {
  readonly code: ManifestFindingCode;
  /** An error makes the manifest do something else than it says, or nothing; a warning may be meant. */
  readonly severity: 'error' | 'warning';
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** `Kind/name`. */
  readonly object: string;
  /** JSON Pointer (RFC 6901) inside of the object. */
  readonly pointer: string;
  /** A sentence without a full stop. */
  readonly message: string;
  readonly hint: string | undefined;
}

/** `file:line:column severity CODE message (Kind/name pointer); hint`. */
export function formatManifestFinding(finding: ManifestFinding): string {
  const { file, line, column, severity, code, object, pointer, message, hint } = finding;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const text = `${severity} ${code} ${message} (${object}${pointer === '' ? '' : ` ${pointer}`})`;
  return `${place === '' ? '' : `${place} `}${text}${hint === undefined ? '' : `; ${hint}`}`;
}
