/** One thing that is wrong with a document. Lines and columns start at 1. */
export interface ContractIssue {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** JSON pointer (RFC 6901) of the value; empty for the document itself. */
  readonly pointer: string;
  readonly message: string;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly hint: string | undefined;
}

export type ContractErrorCode =
  | 'DOCUMENT_SYNTAX'
  | 'DOCUMENT_INVALID'
  | 'FORMAT_UNKNOWN'
  | 'FORMAT_TOO_NEW'
  | 'CANONICAL_JSON';

/** A document that is not what it should be; `issues` holds all that is wrong with it at once. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  readonly issues: readonly ContractIssue[];
  readonly hint: string | undefined;
  constructor(
    code: ContractErrorCode,
    message: string,
    options: { readonly issues?: readonly ContractIssue[]; readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
    this.hint = options.hint;
  }
}

/** One line per issue: `file:line:column /pointer: message (expected …, got …); hint`. */
export function formatIssues(issues: readonly ContractIssue[]): string {
  return issues
    .map(({ file, line, column, pointer, message, expected, got, hint }) => {
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      const details = [expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean).join(', ');
      const where = [place, pointer].filter((part) => part !== '').join(' ');
      return `${where === '' ? '' : `${where}: `}${message}${details === '' ? '' : ` (${details})`}${hint === undefined ? '' : `; ${hint}`}`;
    })
    .join('\n');
}
