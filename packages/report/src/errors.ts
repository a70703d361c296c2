/** Why a file could not be written or read. */
export type ReportErrorCode = 'EXPORT_VALUE_INVALID' | 'IMPORT_UNREADABLE' | 'IMPORT_FORMAT_UNKNOWN' | 'IMPORT_INVALID';

/** Input that is not what its format says: a record changed after its run, a file of another tool that does not fit. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;
  readonly hint: string | undefined;

  constructor(code: ReportErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
