export type WireErrorCode = 'TRACEPARENT_INVALID' | 'QUANTITY_INVALID' | 'METRICS_INVALID';

/** Text that is not what it should be; `line` counts from 1 where there are lines. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly line: number | undefined;
  constructor(
    code: WireErrorCode,
    message: string,
    options: { readonly line?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.line = options.line;
  }
}
