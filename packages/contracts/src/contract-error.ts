import { type ContractIssue, formatIssues } from './issue.ts';

/**
 * - `DOCUMENT_SYNTAX`: the text is not YAML or JSON.
 * - `DOCUMENT_INVALID`: it does not follow its schema.
 * - `FORMAT_UNKNOWN`: no `schema` field, or one that is not known.
 * - `FORMAT_TOO_NEW`: written by a newer version.
 * - `MIGRATION_BROKEN`: there is no migration from a version that is known.
 * - `CANONICAL_JSON`: the value has no canonical JSON.
 * - `MEASUREMENT_INVALID`: a figure that is no figure.
 */
export type ContractErrorCode =
  | 'DOCUMENT_SYNTAX'
  | 'DOCUMENT_INVALID'
  | 'FORMAT_UNKNOWN'
  | 'FORMAT_TOO_NEW'
  | 'MIGRATION_BROKEN'
  | 'CANONICAL_JSON'
  | 'MEASUREMENT_INVALID';

/** The one error class of this package. `issues` is empty unless a document was read. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  readonly hint: string | undefined;
  readonly issues: readonly ContractIssue[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ContractErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly hint?: string | undefined;
      readonly issues?: readonly ContractIssue[];
      readonly details?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
  }
}

/** An error over all issues of one document; its message is every issue, one a line. */
export function documentError(
  code: 'DOCUMENT_SYNTAX' | 'DOCUMENT_INVALID',
  issues: readonly ContractIssue[],
): ContractError {
  return new ContractError(code, formatIssues(issues), { issues });
}
