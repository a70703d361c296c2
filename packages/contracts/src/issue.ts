/** One thing that is wrong in a document. Position fields are `undefined` where the text of the document is not known. */
export interface ContractIssue {
  readonly file: string | undefined;
  /** 1-based. */
  readonly line: number | undefined;
  /** 1-based, in UTF-16 code units. */
  readonly column: number | undefined;
  /** JSON Pointer (RFC 6901) of the value; the empty string is the whole document. */
  readonly pointer: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly hint: string | undefined;
}

/** One line for each issue: `file:line:column pointer: message (expected ..., got ...); hint`. */
export function formatIssues(issues: readonly ContractIssue[]): string {
  return issues.map(formatIssue).join('\n');
}

function formatIssue({ file, line, column, pointer, message, expected, got, hint }: ContractIssue): string {
  const position = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const place = [position, pointer].filter((part) => part !== '').join(' ');
  const contrast = [expected === undefined ? '' : `expected ${expected}`, got === undefined ? '' : `got ${got}`]
    .filter((part) => part !== '')
    .join(', ');
  const text = `${place === '' ? '' : `${place}: `}${message}${contrast === '' ? '' : ` (${contrast})`}${hint === undefined ? '' : `; ${hint}`}`;
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

/** JSON Pointer of a path (RFC 6901): `~` becomes `~0`, `/` becomes `~1`. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Path of a JSON Pointer; every part is text, array indices too. */
export function fromPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const SHOWN_LENGTH = 60;

/** A value as an error message shows it: its type where it is long, its JSON where it is short. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
