export type AdapterErrorCode =
  | 'PROMPT_KIND_UNSUPPORTED'
  | 'SCHEMA_INVALID'
  | 'TOKENIZER_MISSING'
  | 'TOKENIZER_UNREADABLE'
  | 'API_UNSUPPORTED'
  | 'BACKEND_UNSUPPORTED'
  | 'IMAGE_UNPINNED'
  | 'PLAN_INVALID'
  | 'MANIFEST_SYNTAX'
  | 'CRD_INVALID';

/** A request that the chosen interface cannot express, or an interface that a runtime does not have. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: AdapterErrorCode;
  readonly hint: string | undefined;
  constructor(
    code: AdapterErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
